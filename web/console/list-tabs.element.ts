// <couture-list-tabs>: a button for each of the console's lists in one row, which scrolls where it doesn't fit.
import { localized, msg } from '@lit/localize';
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { KeepFocus } from '../elements/keep-focus.ts';
import { formatCount } from '../state/locale.ts';
import { Follow } from '../state/store.ts';
import { reset } from '../styles/shared.styles.ts';
import type { ListName } from './console-api.ts';
import type { Inbox } from './inbox.ts';

declare global {
  interface HTMLElementEventMap {
    'couture-show-list': CustomEvent<ListName>;
  }
}

@localized()
@customElement('couture-list-tabs')
export class ListTabs extends LitElement {
  static override shadowRootOptions: ShadowRootInit = {
    ...LitElement.shadowRootOptions,
    delegatesFocus: true,
  };
  static override styles = [
    reset,
    css`
      :host {
        display: block;
        min-width: 0;
      }
      div {
        display: flex;
        overflow-x: auto;
        border-block-end: 1px solid var(--couture-line);
        scrollbar-width: thin;
      }
      button {
        flex: 1 0 auto;
        min-height: var(--couture-touch);
        padding-inline: 0.5rem;
        border: 0;
        border-block-end: 2px solid transparent;
        background: none;
        font: 500 0.9375rem / 1.2 var(--couture-sans);
        white-space: nowrap;
        cursor: pointer;
      }
      /* The row cuts off what is outside. */
      button:focus-visible {
        outline-offset: -2px;
      }
      button[aria-pressed='true'] {
        border-color: var(--couture-accent);
      }
      span {
        color: var(--couture-muted);
        font-variant-numeric: tabular-nums;
      }
    `,
  ];

  @property({ attribute: false }) inbox!: Inbox;
  #shown: ListName | undefined;

  constructor() {
    super();
    new KeepFocus(this, "[aria-pressed='true']", 'button');
    new Follow(this, () => this.inbox);
  }

  protected override render() {
    const { inbox } = this;
    const snoozes = inbox.list === 'snoozed' || inbox.sessionsOf('snoozed').length > 0;
    return html`<div>
      ${this.#tab('queue', msg('Queue'))}${this.#tab('mine', msg('Mine'))}${snoozes ? this.#tab('snoozed', msg('Snoozed')) : nothing}${this.#tab('all', msg('All'))}
    </div>`;
  }

  protected override updated(): void {
    const { list } = this.inbox;
    if (list === this.#shown) return;
    this.#shown = list;
    this.renderRoot
      .querySelector("[aria-pressed='true']")
      ?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }

  #tab(list: ListName, words: string): TemplateResult {
    const { inbox } = this;
    const count = list === 'all' ? 0 : inbox.sessionsOf(list).length;
    const show = () => this.dispatchEvent(new CustomEvent('couture-show-list', { detail: list }));
    return html`<button aria-pressed=${inbox.list === list && inbox.words === ''} @click=${show}>
      ${words}${count > 0 ? html` <span>${formatCount(count)}</span>` : nothing}
    </button>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'couture-list-tabs': ListTabs;
  }
}
