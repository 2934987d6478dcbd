// A field whose limit cuts no paste: what goes beyond it stays, is said below the field, and keeps the form from being sent.
import { html, nothing, type ReactiveControllerHost, type TemplateResult } from 'lit';
import { shortenWords } from './chat-words.ts';
import { excess } from './excess.ts';
import { pasteWhole } from './pasted.ts';

type Field = HTMLInputElement | HTMLTextAreaElement;

export class FieldLimit {
  readonly #host: ReactiveControllerHost;
  readonly most: number;
  /** Number of characters beyond the limit. */
  excess = 0;

  /** @param most maximum number of characters; give it to the field as `maxlength`, too, for what is typed */
  constructor(host: ReactiveControllerHost, most: number) {
    this.#host = host;
    this.most = most;
  }

  /** For `paste` and `drop`. */
  readonly pasted = (event: ClipboardEvent | DragEvent): void => {
    if (event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement)
      pasteWhole(event);
  };

  /** For `input`. */
  readonly written = ({ target }: Event): void => this.measure((target as Field).value);

  /** Call when the text was set by a script. */
  measure(text: string): void {
    const now = excess(text, this.most);
    if (now === this.excess) return;
    this.excess = now;
    this.#host.requestUpdate();
  }

  get isExceeded(): boolean {
    return this.excess > 0;
  }

  words(): TemplateResult | typeof nothing {
    return this.excess > 0
      ? html`<p class="too-long" role="status">${shortenWords(this.excess, this.most)}</p>`
      : nothing;
  }
}
