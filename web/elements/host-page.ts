// How elements get along with a page that is not couture's own; embed/host-page.ts supplies it, the shop's pages need none.
import type { LitElement } from 'lit';

export interface HostPage {
  /** Protects an element of the page: its colours, its text, the keys typed into it. */
  join(element: LitElement): void;
  /** Shows a fixed box above everything of the page, whatever its ancestors transform, contain or cut off. */
  lift(box: HTMLElement): void;
  /** Whether the shop's chat invites shoppers by rules. @param api as the element has it */
  invites(api: string): Promise<boolean>;
}

let page: HostPage | undefined;

export function useHostPage(made: HostPage): void {
  page = made;
}

/** Undefined on couture's own pages. */
export function hostPage(): HostPage | undefined {
  return page;
}
