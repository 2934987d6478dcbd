// <couture-shown-rating>: how its shopper rated an ended chat, above its messages.
import { localized, msg } from '@lit/localize';
import { css, html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { WireRating } from '../../runtime/contract/chat-rating.ts';
import type { ChatApi } from '../chat/chat-api.ts';
import { scoreFace, scoreWords } from '../chat/score-words.ts';
import { reset } from '../styles/shared.styles.ts';

@localized()
@customElement('couture-shown-rating')
export class ShownRating extends LitElement {
  static override styles = [
    reset,
    css`
      p {
        padding: 0.5rem 1rem;
        border-block-end: 1px solid var(--couture-line);
        font: var(--couture-small);
        overflow-wrap: anywhere;
      }
      .face {
        display: inline-block;
        vertical-align: middle;
      }
    `,
  ];

  @property({ attribute: false }) api!: ChatApi;
  /** Id of the chat. */
  @property({ attribute: false }) chat = '';
  /** Another object each time something about the chat has changed. */
  @property({ attribute: false }) news: unknown;
  @state() private rating: WireRating | undefined;

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('chat') && !changed.has('news')) return;
    const { chat } = this;
    if (changed.has('chat')) this.rating = undefined;
    this.api.rating(chat).then(
      (rating) => chat === this.chat && (this.rating = rating),
      () => {},
    );
  }

  protected override render() {
    if (!this.rating) return nothing;
    const { score, comment } = this.rating;
    return html`<p>${msg('Rated by the shopper:')} <span class="face">${scoreFace(score)}</span> <strong>${scoreWords(score)}</strong>${
      comment === null ? nothing : html` · <span dir="auto">${comment}</span>`
    }</p>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'couture-shown-rating': ShownRating;
  }
}
