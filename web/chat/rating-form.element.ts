// <couture-chat-rating>: asks the shopper of an ended chat how it was: five faces and a comment. It can be changed for a day.
import { localized, msg } from '@lit/localize';
import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { WireRating } from '../../runtime/contract/chat-rating.ts';
import { maxCommentLength, maxScore } from '../../runtime/contract/chat-values.ts';
import { typedText } from '../../runtime/contract/text.ts';
import { ApiError } from '../api/api-error.ts';
import { buttons, fields, reset } from '../styles/shared.styles.ts';
import type { ChatApi } from './chat-api.ts';
import { scoreFace, scoreWords } from './score-words.ts';

const scores = Array.from({ length: maxScore }, (_, at) => at + 1);

@localized()
@customElement('couture-chat-rating')
export class ChatRating extends LitElement {
  static override styles = [
    reset,
    buttons,
    fields,
    css`
      :host {
        display: block;
      }
      form,
      .given {
        display: grid;
        gap: 0.75rem;
        padding: 0.75rem 1rem;
        border-block-start: 1px solid var(--couture-line, #e3dccf);
        font: var(--couture-small, 400 0.875rem / 1.45 system-ui);
      }
      fieldset {
        min-width: 0;
        padding: 0;
        border: 0;
      }
      legend {
        padding: 0;
        font-weight: 500;
      }
      .scores {
        display: grid;
        grid-template-columns: repeat(5, minmax(0, 1fr));
        gap: 0.25rem;
        margin-block-start: 0.5rem;
      }
      .score {
        position: relative;
        cursor: pointer;
      }
      .score input {
        position: absolute;
        inset: 0;
        opacity: 0;
        cursor: pointer;
      }
      .look {
        display: grid;
        justify-items: center;
        align-content: start;
        gap: 0.15rem;
        min-height: 3.75rem;
        padding: 0.375rem 0.125rem;
        border: 1px solid transparent;
        border-radius: 0.375rem;
        font: 400 0.75rem / 1.2 var(--couture-sans, system-ui, sans-serif);
        text-align: center;
      }
      .score:hover .look {
        background: var(--couture-tint, #f1ece3);
      }
      input:checked + .look {
        border-color: var(--couture-ink, #17130f);
        background: var(--couture-tint, #f1ece3);
      }
      input:focus-visible + .look {
        outline: 2px solid var(--couture-accent, #2563eb);
        outline-offset: 1px;
      }
      textarea {
        resize: vertical;
      }
      .trouble {
        color: var(--couture-sale, #b42318);
      }
    `,
  ];

  @property({ attribute: false }) api!: ChatApi;
  /** Id of the chat. */
  @property({ attribute: false }) chat = '';
  @state() private given: WireRating | undefined;
  @state() private score = 0;
  @state() private changing = false;
  /** Whether it is known if the chat was rated. */
  @state() private known = false;
  @state() private trouble = '';

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('chat')) return;
    const { chat } = this;
    this.given = undefined;
    this.known = false;
    this.score = 0;
    this.api.rating(chat).then(
      (given) => {
        if (chat !== this.chat) return;
        this.given = given;
        this.score = given?.score ?? 0;
        this.known = true;
      },
      () => {},
    );
  }

  protected override render() {
    if (!this.known) return nothing;
    return this.given && !this.changing ? this.#thanks(this.given) : this.#form();
  }

  #thanks({ score, changeable_until }: WireRating): TemplateResult {
    return html`<div class="given">
      <p role="status">${msg('Thank you for your rating:')} <strong>${scoreWords(score)}</strong></p>
      ${new Date(changeable_until) > new Date() ? html`<button class="text-button" @click=${() => (this.changing = true)}>${msg('Change rating')}</button>` : nothing}
    </div>`;
  }

  #form(): TemplateResult {
    return html`<form @submit=${this.#submit}>
      <fieldset>
        <legend>${msg('How was this chat?')}</legend>
        <div class="scores">
          ${scores.map(
            (score) => html`<label class="score">
              <input type="radio" name="score" value=${score} required ?checked=${score === this.score} @change=${() => (this.score = score)} />
              <span class="look">${scoreFace(score)}<span>${scoreWords(score)}</span></span>
            </label>`,
          )}
        </div>
      </fieldset>
      ${
        this.score > 0
          ? html`<label class="field">${msg('Comment (optional)')}<textarea name="comment" dir="auto" rows="2" maxlength=${maxCommentLength} .defaultValue=${this.given?.comment ?? ''}></textarea></label>
              ${this.trouble ? html`<p class="trouble" role="alert">${this.trouble}</p>` : nothing}
              <button class="button">${msg('Send rating')}</button>`
          : nothing
      }
    </form>`;
  }

  readonly #submit = async (event: Event) => {
    event.preventDefault();
    const comment = typedText(String(new FormData(event.target as HTMLFormElement).get('comment') ?? ''));
    this.trouble = '';
    try {
      this.given = await this.api.rate(this.chat, this.score, comment);
      this.changing = false;
    } catch (error) {
      this.trouble =
        error instanceof ApiError && error.status === 409
          ? msg('This rating can no longer be changed.')
          : msg('Something went wrong. Try again.');
    }
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'couture-chat-rating': ChatRating;
  }
}
