// <couture-chat-labels>: the labels of the open chat, and a field that adds one of the shop's labels or a new one.
import { localized, msg, str } from '@lit/localize';
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { WireLabel } from '../../runtime/contract/chat-label.ts';
import { maxLabelLength } from '../../runtime/contract/chat-values.ts';
import { typedLine } from '../../runtime/contract/text.ts';
import { FieldLimit } from '../chat/field-limit.ts';
import { icon } from '../elements/icon.ts';
import { KeepFocus } from '../elements/keep-focus.ts';
import { pressedKey } from '../elements/pressed-key.ts';
import { Follow } from '../state/store.ts';
import { fields, reset } from '../styles/shared.styles.ts';
import type { Inbox } from './inbox.ts';
import { labelChip, labelStyles } from './label-chip.ts';
import { hasCharacterKeys } from './shortcuts.ts';

@localized()
@customElement('couture-chat-labels')
export class ChatLabels extends LitElement {
  static override styles = [
    reset,
    fields,
    labelStyles,
    css`
      :host {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.25rem 0.35rem;
        min-width: 0;
      }
      ul {
        display: flex;
        flex-wrap: wrap;
        gap: 0.25rem 0.35rem;
        min-width: 0;
      }
      li {
        max-width: 100%;
      }
      .label {
        padding-inline-end: 0;
        font-size: 0.8125rem;
      }
      button {
        display: inline-grid;
        place-items: center;
        min-width: 1.75rem;
        min-height: 1.75rem;
        border: 0;
        border-radius: 1rem;
        background: none;
        color: inherit;
        font: 500 0.8125rem / 1.3 var(--couture-sans);
        cursor: pointer;
      }
      button.add {
        padding-inline: 0.7rem;
        border: 1px dashed var(--couture-line-strong);
        color: var(--couture-muted);
      }
      input {
        width: 11rem;
        max-width: 100%;
        min-height: 2rem;
        padding: 0.1rem 0.7rem;
        border: 1px solid var(--couture-line-strong);
        border-radius: 1rem;
        background: var(--couture-surface);
        /* Phones zoom into fields with smaller text. */
        font: 400 1rem / 1.3 var(--couture-sans);
      }
      /* One row, of which the labels scroll; the button stays in place. */
      @media (max-width: 50rem) {
        :host {
          flex-wrap: nowrap;
        }
        ul {
          flex-wrap: nowrap;
          overflow-x: auto;
          scrollbar-width: none;
        }
        li {
          flex: none;
        }
        button.add,
        input {
          flex: none;
        }
        .label button:focus-visible {
          outline-offset: -2px;
        }
      }
      @media (pointer: coarse) {
        button {
          min-width: 2.25rem;
          min-height: 2.25rem;
        }
      }
    `,
  ];

  @property({ attribute: false }) inbox!: Inbox;
  /** Id of the chat. */
  @property() chat = '';
  @state() private adding = false;
  readonly #limit = new FieldLimit(this, maxLabelLength);
  @query('input') private field!: HTMLInputElement | null;

  constructor() {
    super();
    new KeepFocus(this, 'input', 'button.add');
    new Follow(this, () => this.inbox);
  }

  /** Opens the field. */
  async add(): Promise<void> {
    void this.inbox.loadLabels();
    this.adding = true;
    await this.updateComplete;
    this.field?.focus();
  }

  protected override willUpdate(changed: Map<string, unknown>): void {
    if (!changed.has('chat')) return;
    this.adding = false;
    this.#limit.measure('');
  }

  protected override render() {
    const session = this.inbox.session(this.chat);
    if (!session) return nothing;
    const own = new Set(session.labels.map(({ id }) => id));
    const { labels } = session;
    return html`${
      labels.length > 0
        ? html`<ul aria-label=${msg('Labels')}>${labels.map((label) => html`<li>${labelChip(label, this.#remover(label))}</li>`)}</ul>`
        : nothing
    }${
      this.adding
        ? html`<input
              list="labels"
              maxlength=${maxLabelLength}
              autocomplete="off"
              aria-label=${msg('Add a label')}
              placeholder=${msg('Label')}
              aria-invalid=${this.#limit.isExceeded}
              @input=${this.#limit.written}
              @paste=${this.#limit.pasted}
              @drop=${this.#limit.pasted}
              @keydown=${this.#key}
              @change=${this.#chosen}
              @blur=${this.#left}
            />
            <datalist id="labels">${this.inbox.labels.filter(({ id }) => !own.has(id)).map(({ name }) => html`<option value=${name}></option>`)}</datalist>${this.#limit.words()}`
        : html`<button class="add" aria-keyshortcuts=${hasCharacterKeys() ? 'l' : nothing} @click=${() => void this.add()}>${labels.length === 0 ? msg('Add a label') : html`<span aria-hidden="true">+</span><span class="visually-hidden">${msg('Add a label')}</span>`}</button>`
    }`;
  }

  #remover(label: WireLabel): TemplateResult {
    return html`<button aria-label=${msg(str`Remove label ${label.name}`)} @click=${() => void this.inbox.removeLabel(this.chat, label.id)}>${icon('close', 12)}</button>`;
  }

  readonly #key = (event: KeyboardEvent) => {
    if (pressedKey(event) === 'Escape') {
      event.stopPropagation();
      this.adding = false;
      this.#limit.measure('');
    }
  };

  /** Enter, or a choice from the list. */
  readonly #chosen = async () => {
    const { field } = this;
    const name = typedLine(field?.value ?? '');
    if (!field || name === '' || this.#limit.isExceeded) return;
    if (!(await this.inbox.addLabel(this.chat, name))) return;
    field.value = '';
  };

  readonly #left = (event: FocusEvent) => {
    if ((event.target as HTMLInputElement).value === '') this.adding = false;
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'couture-chat-labels': ChatLabels;
  }
}
