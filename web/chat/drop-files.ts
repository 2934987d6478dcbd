// Files that are dropped beside a field, which browsers would open in place of the page.
import type { LitElement } from 'lit';

/** An element with a field for what is dropped around it. */
export interface DropTarget extends HTMLElement {
  takeDropped(files: readonly File[]): void;
}

/** Hands files that are dropped anywhere on an element to its field; without a field, nothing happens to the page. */
export function takeDroppedFiles(host: LitElement, fields: string): void {
  const hasFiles = ({ dataTransfer }: DragEvent) => Boolean(dataTransfer?.types.includes('Files'));
  host.addEventListener('dragover', (event) => hasFiles(event) && event.preventDefault());
  host.addEventListener('drop', (event) => {
    if (event.defaultPrevented || !hasFiles(event)) return;
    event.preventDefault();
    host.renderRoot.querySelector<DropTarget>(fields)?.takeDropped([...event.dataTransfer!.files]);
  });
}
