// <couture-suggested-replies>: replies from the shop's data to what the shopper has written. One key inserts a reply into the
// composer, where the agent edits and sends it; nothing is sent from here.
import { localized, msg, str } from '@lit/localize';
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { SuggestedReply } from '../../runtime/contract/shop-answer.ts';
import { buttons, reset } from '../styles/shared.styles.ts';
import type { ActiveConversation } from './active-conversation.ts';
import type { ConsoleApi, Suggestions } from './console-api.ts';

declare global {
  interface HTMLElementEventMap {
    'couture-insert-reply': CustomEvent<string>;
  }
}

/** Milliseconds before a new message is read: shoppers write several in a row. */
const settles = 400;

@localized()
@customElement('couture-suggested-replies')
export class SuggestedReplies extends LitElement {
  static override styles = [
    reset,
    buttons,
    css`
      :host {
        display: block;
      }
      section {
        padding: 0.5rem 0.75rem;
      }
      h3,
      .hidden {
        color: var(--couture-muted);
        font: var(--couture-small);
      }
      ul {
        display: grid;
        gap: 0.25rem;
        max-height: min(11rem, 24dvh);
        overflow-y: auto;
        padding: 0.25rem 0 0;
        list-style: none;
      }
      button {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: 0 0.5rem;
        width: 100%;
        min-height: var(--couture-touch, 2.75rem);
        padding: 0.375rem 0.625rem;
        border: 1px solid var(--couture-line-strong);
        border-radius: var(--couture-radius);
        background: none;
        color: inherit;
        font: var(--couture-small);
        text-align: start;
        cursor: pointer;
      }
      button:hover {
        border-color: var(--couture-ink);
        background: var(--couture-tint);
      }
      kbd {
        grid-row: span 2;
        align-self: center;
        min-width: 1.5rem;
        border: 1px solid var(--couture-line-strong);
        border-radius: 3px;
        font: 600 0.8125rem / 1.4rem var(--couture-sans);
        text-align: center;
      }
      .text {
        display: -webkit-box;
        overflow: hidden;
        -webkit-box-orient: vertical;
        -webkit-line-clamp: 2;
      }
      .source {
        color: var(--couture-muted);
      }
      .touch {
        display: none;
      }
      @media (hover: none) and (pointer: coarse) {
        .touch {
          display: inline;
        }
        .keys {
          display: none;
        }
      }
    `,
  ];

  @property({ attribute: false }) api!: ConsoleApi;
  @property({ attribute: false }) chat!: ActiveConversation;
  /** Seq of the chat's newest message; another one asks again. */
  @property({ type: Number }) seq = 0;
  @state() private found: Suggestions | undefined;
  #about = '';
  #timer: ReturnType<typeof setTimeout> | undefined;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  protected override willUpdate(): void {
    const about = `${this.chat.id} ${this.seq}`;
    if (about === this.#about) return;
    if (!this.#about.startsWith(this.chat.id)) this.found = undefined;
    this.#about = about;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#ask(about), settles);
  }

  protected override render() {
    const { suggestions = [], not_verified = [] } = this.found ?? {};
    if (suggestions.length === 0 && not_verified.length === 0) return nothing;
    return html`<section aria-label=${msg('Suggested replies')}>
      <h3><span class="keys">${msg('Suggested replies: press Alt and the number to insert one')}</span><span class="touch">${msg('Suggested replies: tap one to insert it')}</span></h3>
      ${not_verified.includes('order') ? html`<p class="hidden">${msg('Orders are hidden: the shopper isn’t signed in.')}</p>` : nothing}
      <ul>${suggestions.map((each, at) => html`<li>${this.#reply(each, at + 1)}</li>`)}</ul>
    </section>`;
  }

  /** Inserts the reply with this number, from 1. @returns false if there is none */
  insert(number: number): boolean {
    const reply = this.found?.suggestions[number - 1];
    if (!reply) return false;
    this.dispatchEvent(new CustomEvent('couture-insert-reply', { detail: reply.text }));
    return true;
  }

  #reply(reply: SuggestedReply, number: number): TemplateResult {
    return html`<button aria-keyshortcuts="Alt+${number}" @click=${() => this.insert(number)}>
      <kbd aria-hidden="true">${number}</kbd>
      <span class="text" dir="auto">${reply.text}</span>
      <span class="source">${sourceWords(reply)}</span>
    </button>`;
  }

  async #ask(about: string): Promise<void> {
    const found = await this.api.suggestions(this.chat.id).catch(() => undefined);
    if (about === this.#about) this.found = found;
  }
}

/** Where the data of a reply comes from. */
function sourceWords({ topic, about }: SuggestedReply): string {
  switch (topic) {
    case 'order':
      return msg(str`From order ${about ?? ''}`);
    case 'return':
      return about === null
        ? msg('From the shop’s settings')
        : msg(str`From the shop’s settings and order ${about}`);
    case 'stock':
      return msg(str`From the current stock of ${about ?? ''}`);
    case 'similar':
      return msg(str`From the recommendations for ${about ?? ''}`);
    case 'hours':
      return msg('From the opening hours');
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'couture-suggested-replies': SuggestedReplies;
  }
}
