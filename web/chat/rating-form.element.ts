// <couture-chat-rating>: asks the shopper of an ended chat how it was: five faces and a comment. It can be changed for a day.
import { localized, msg } from '@lit/localize';
import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { WireRating } from '../../runtime/contract/chat-rating.ts';
import { maxCommentLength, maxScore } from '../../runtime/contract/chat-values.ts';
import { typedText } from '../../runtime/contract/text.ts';
import { ApiError } from '../api/api-error.ts';
import { serverNow } from '../state/server-clock.ts';
import { buttons, fields, reset } from '../styles/shared.styles.ts';
import type { ChatApi } from './chat-api.ts';
import { FieldLimit } from './field-limit.ts';
import { FormDraft } from './form-draft.ts';
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
  /** Another object each time something about the chat has changed, such as its rating on another device. */
  @property({ attribute: false }) news: unknown;
  @state() private given: WireRating | undefined;
  @state() private score = 0;
  @state() private changing = false;
  /** Whether it is known if the chat was rated. */
  @state() private known = false;
  @state() private trouble = '';
  readonly #limit = new FieldLimit(this, maxCommentLength);
  /** Whether a face or a comment was chosen here, which an answer of the server must not replace. */
  #touched = false;
  readonly #draft = new FormDraft(this, () => `rating-${this.chat}`);

  protected override willUpdate(changed: PropertyValues<this>): void {
    const isOther = changed.has('chat');
    if (!isOther && !(changed.has('news') && !this.given)) return;
    const { chat } = this;
    if (isOther) {
      this.given = undefined;
      this.known = this.#touched = this.changing = false;
      this.score = 0;
      this.#limit.measure('');
    }
    this.api.rating(chat).then(
      (given) => {
        if (chat !== this.chat) return;
        this.given = given;
        this.known = true;
        // Rated on another device while a comment is being written here: it can still be added.
        if (this.#touched) this.changing = given !== undefined;
        else this.score = given?.score ?? 0;
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
      ${Date.parse(changeable_until) > serverNow() ? html`<button class="text-button" @click=${() => (this.changing = true)}>${msg('Change rating')}</button>` : nothing}
    </div>`;
  }

  #form(): TemplateResult {
    return html`<form @submit=${this.#submit}>
      <fieldset>
        <legend>${msg('How was this chat?')}</legend>
        <div class="scores">
          ${scores.map(
            (score) => html`<label class="score">
              <input type="radio" name="score" value=${score} required ?checked=${score === this.score} @change=${() => this.#choose(score)} />
              <span class="look">${scoreFace(score)}<span>${scoreWords(score)}</span></span>
            </label>`,
          )}
        </div>
      </fieldset>
      ${
        this.score > 0
          ? html`<label class="field">${msg('Comment (optional)')}<textarea name="comment" dir="auto" rows="2" maxlength=${maxCommentLength} aria-invalid=${this.#limit.isExceeded} .defaultValue=${this.given?.comment ?? ''} @input=${this.#written} @paste=${this.#limit.pasted} @drop=${this.#limit.pasted}></textarea></label>
              ${this.#limit.words()}
              ${this.#draft.words()}
              ${this.trouble ? html`<p class="trouble" role="alert">${this.trouble}</p>` : nothing}
              <button class="button" ?disabled=${this.#limit.isExceeded}>${msg('Send rating')}</button>`
          : nothing
      }
    </form>`;
  }

  #choose(score: number): void {
    this.#touched = true;
    this.score = score;
  }

  readonly #written = (event: Event) => {
    this.#touched = true;
    this.#limit.written(event);
  };

  readonly #submit = async (event: Event) => {
    event.preventDefault();
    if (this.#limit.isExceeded) return;
    const comment = typedText(String(new FormData(event.target as HTMLFormElement).get('comment') ?? ''));
    const sent = this.#draft.sent();
    this.trouble = '';
    try {
      this.given = await this.api.rate(this.chat, this.score, comment);
      this.#draft.done(sent);
      this.changing = this.#touched = false;
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
