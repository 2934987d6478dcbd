// <couture-invite-form>: the values and texts of one rule for invitations, with a preview of what shoppers see.
import { localized, msg, str } from '@lit/localize';
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { WireTeam } from '../../runtime/contract/chat-console.ts';
import type { InviteRuleBody, WireInviteRule } from '../../runtime/contract/chat-invite.ts';
import { typedLine, typedNumber } from '../../runtime/contract/text.ts';
import { shortenWords } from '../chat/chat-words.ts';
import { excess } from '../chat/excess.ts';
import { FormDraft } from '../chat/form-draft.ts';
import { pasteWhole } from '../chat/pasted.ts';
import { directionOfText } from '../chat/text-direction.ts';
import { preferredLocale } from '../state/locale.ts';
import { type Saved, saved } from '../state/saved.ts';
import { buttons, dialogs, fields, reset } from '../styles/shared.styles.ts';

export interface SavedInvite {
  readonly id: string;
  readonly body: InviteRuleBody;
}

declare global {
  interface HTMLElementEventMap {
    'couture-invite-save': CustomEvent<SavedInvite>;
    'couture-invite-cancel': CustomEvent<void>;
  }
}

interface Text {
  readonly lang: string;
  readonly text: string;
}

/** As the server checks them. */
const maxText = 160;
const maxTexts = 20;

@localized()
@customElement('couture-invite-form')
export class InviteForm extends LitElement {
  static override styles = [
    reset,
    buttons,
    fields,
    dialogs,
    css`
      form {
        display: grid;
        gap: 1rem;
      }
      fieldset {
        display: grid;
        gap: 0.75rem;
        min-width: 0;
        margin: 0;
        padding: 0;
        border: 0;
      }
      legend {
        margin-block-end: 0.5rem;
        padding: 0;
        font-weight: 500;
      }
      .row {
        display: grid;
        grid-template-columns: 5rem 1fr auto;
        gap: 0.75rem;
        align-items: end;
      }
      fieldset > .text-button {
        justify-self: start;
      }
      @media (max-width: 30rem) {
        .row {
          grid-template-columns: 1fr auto;
        }
        .row .field:nth-child(2) {
          grid-column: 1 / -1;
          order: 1;
        }
      }
      .pairs {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(14rem, 100%), 1fr));
        gap: 1rem;
      }
      .check {
        display: flex;
        gap: 0.6rem;
        align-items: center;
        min-height: var(--couture-touch);
      }
      .choices {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem;
      }
      .box {
        width: fit-content;
        max-width: min(17rem, 100%);
        padding: 0.7rem 0.9rem;
        border: 1px solid var(--couture-line-strong);
        border-radius: 0.75rem;
        background: var(--couture-paper);
        box-shadow: 0 6px 20px rgb(0 0 0 / 0.14);
        font: var(--couture-small);
        overflow-wrap: anywhere;
      }
      .trouble {
        color: var(--couture-sale);
      }
    `,
  ];

  /** Undefined for a new one. */
  @property({ attribute: false }) rule: WireInviteRule | undefined;
  @property({ attribute: false }) teams: readonly WireTeam[] = [];
  @property() trouble = '';
  @property({ type: Boolean }) busy = false;
  @state() private texts: readonly Text[] = [];
  @query('form') private form!: HTMLFormElement;
  readonly #draft = new FormDraft(this, () => `invite-${this.rule?.id ?? ''}`);

  override connectedCallback(): void {
    super.connectedCallback();
    const texts = Object.entries(this.rule?.texts ?? { [preferredLocale()]: '' });
    this.texts = this.#typedTexts.read() ?? texts.map(([lang, text]) => ({ lang, text }));
  }

  /** Forgets what was typed: it is saved, or given up. */
  forget(): void {
    this.#draft.forget();
    this.#typedTexts.clear();
  }

  /** The texts are typed into rows, of which there may be more or fewer than those of the rule. */
  get #typedTexts(): Saved<readonly Text[] | undefined> {
    return saved(`couture-draft-invite-texts-${this.rule?.id ?? ''}`, undefined, textsOf, 'sessionStorage');
  }

  #setTexts(texts: readonly Text[]): void {
    this.texts = texts;
    this.#typedTexts.write(texts);
  }

  protected override firstUpdated(): void {
    this.form.querySelector<HTMLInputElement>('input:not([readonly])')?.focus();
  }

  protected override render() {
    const { rule } = this;
    return html`<form @submit=${this.#submit}>
      <label class="field">${msg('Id in reports')}<input name="id" required maxlength="40" pattern="[a-z0-9][a-z0-9_\\-]*" autocapitalize="none" ?readonly=${rule !== undefined} .defaultValue=${rule?.id ?? ''} placeholder="sizes" title=${msg('Lower-case letters, digits, - and _')} /></label>
      <fieldset>
        <legend>${msg('Texts')}</legend>
        ${this.texts.map((text, at) => this.#text(text, at))}
        ${this.texts.length < maxTexts ? html`<button class="text-button" type="button" @click=${this.#addText}>${msg('Add a language')}</button>` : nothing}
      </fieldset>
      ${this.#preview()}
      <div class="pairs">
        <label class="field">${msg('Pages (* is any text)')}<input name="path" required maxlength="200" pattern="/[^\\s?#]*" .defaultValue=${rule?.path ?? '/*'} placeholder="/product/*" dir="ltr" /></label>
        <label class="field">${msg('Seconds without input')}<input name="idle" type="number" required min="5" max="3600" step="1" .defaultValue=${String(rule?.idle ?? 20)} /></label>
        <label class="field">${msg('Bag value from (optional)')}<input name="cart" inputmode="decimal" maxlength="20" .defaultValue=${String(rule?.min_cart ?? '')} @input=${checkCart} /></label>
        <label class="field">${msg('Control group in percent')}<input name="holdout" type="number" required min="0" max="90" step="0.1" .defaultValue=${String(Math.round((rule?.holdout ?? 0.1) * 1_000) / 10)} /></label>
        ${this.#teams()}
      </div>
      <label class="check"><input name="returning" type="checkbox" ?checked=${rule?.returning ?? false} /> ${msg('Only visitors who were here before')}</label>
      <label class="check"><input name="enabled" type="checkbox" ?checked=${rule?.enabled ?? true} /> ${msg('In use')}</label>
      ${this.#draft.words()}
      ${this.trouble ? html`<p class="trouble" role="alert">${this.trouble}</p>` : nothing}
      <div class="choices">
        <button class="button" aria-disabled=${this.busy}>${msg('Save')}</button>
        <button class="button quiet" type="button" @click=${this.#cancel}>${msg('Cancel')}</button>
      </div>
    </form>`;
  }

  #text({ lang, text }: Text, at: number): TemplateResult {
    const change = (changed: Partial<Text>) => {
      this.#setTexts(this.texts.map((each, index) => (index === at ? { ...each, ...changed } : each)));
    };
    const typed = (event: Event) => (event.target as HTMLInputElement).value;
    return html`<div class="row">
      <label class="field">${msg('Language')}<input class="lang" required maxlength="20" pattern="[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}" autocapitalize="none" dir="ltr" placeholder="en" .value=${lang} @input=${(event: Event) => change({ lang: typed(event) })} /></label>
      <label class="field">${msg('Text')}<input class="text" required maxlength=${maxText} pattern=".*\\S.*" lang=${lang || nothing} dir=${directionOfText(text)} .value=${text} @input=${(
        event: Event,
      ) => {
        checkLength(event);
        change({ text: typed(event) });
      }} @paste=${(event: ClipboardEvent) => void pasteWhole(event)} /></label>
      <button class="text-button" type="button" aria-label=${msg(str`Remove the text in ${lang}`)} ?disabled=${this.texts.length === 1} @click=${() => this.#removeText(at)}>${msg('Remove')}</button>
    </div>`;
  }

  #preview(): TemplateResult {
    const shown = this.texts.filter(({ text }) => typedLine(text) !== '');
    return html`<fieldset>
      <legend>${msg('What shoppers see')}</legend>
      ${shown.length === 0 ? html`<p>${msg('Write a text first.')}</p>` : nothing}
      ${shown.map(({ lang, text }) => html`<p class="box" lang=${lang || nothing} dir=${directionOfText(text)}>${typedLine(text)}</p>`)}
    </fieldset>`;
  }

  #teams(): TemplateResult | typeof nothing {
    const current = this.rule?.team ?? '';
    if (this.teams.length === 0 && current === '') return nothing;
    return html`<label class="field">${msg('Team that answers')}<select name="team">
        <option value="">${msg('Any agent')}</option>
        ${this.teams.map(({ id, name }) => html`<option value=${id} ?selected=${id === current}>${name}</option>`)}
      </select></label>`;
  }

  readonly #addText = () => {
    this.#setTexts([...this.texts, { lang: '', text: '' }]);
    void this.updateComplete.then(() =>
      this.form.querySelector<HTMLElement>('.row:last-of-type .lang')?.focus(),
    );
  };

  #removeText(at: number): void {
    this.#setTexts(this.texts.filter((_, index) => index !== at));
    void this.updateComplete.then(() => this.form.querySelector<HTMLElement>('.row .text')?.focus());
  }

  readonly #cancel = () => {
    this.forget();
    this.dispatchEvent(new CustomEvent('couture-invite-cancel'));
  };

  readonly #submit = (event: Event) => {
    event.preventDefault();
    if (this.busy) return;
    const given = new FormData(this.form);
    const value = (name: string) => String(given.get(name) ?? '').trim();
    const cart = typedNumber(value('cart'));
    const body: InviteRuleBody = {
      enabled: given.has('enabled'),
      path: value('path'),
      idle: Number(value('idle')),
      min_cart: Number.isNaN(cart) ? null : cart,
      returning: given.has('returning'),
      team: value('team') || null,
      holdout: Math.round(Number(value('holdout')) * 10) / 1_000,
      texts: Object.fromEntries(
        this.texts.map(({ lang, text }) => [lang.trim().toLowerCase(), typedLine(text)]),
      ),
    };
    const detail: SavedInvite = { id: value('id'), body };
    this.dispatchEvent(new CustomEvent('couture-invite-save', { detail }));
  };
}

function textsOf(value: unknown): readonly Text[] | undefined {
  const isText = (each: Partial<Text> | null) =>
    typeof each?.lang === 'string' && typeof each.text === 'string';
  return Array.isArray(value) && value.length > 0 && value.every(isText) ? value : undefined;
}

/** A paste that is too long stays whole, and the form says so when it is saved. */
function checkLength({ target }: Event): void {
  const field = target as HTMLInputElement;
  const tooMany = excess(field.value, maxText);
  field.setCustomValidity(tooMany > 0 ? shortenWords(tooMany, maxText) : '');
}

/** An amount in the digits and with the decimal sign that the agent types. */
function checkCart({ target }: Event): void {
  const field = target as HTMLInputElement;
  const isWrong = field.value.trim() !== '' && !(typedNumber(field.value) > 0);
  field.setCustomValidity(isWrong ? msg('Enter an amount such as 80, or nothing.') : '');
}

declare global {
  interface HTMLElementTagNameMap {
    'couture-invite-form': InviteForm;
  }
}
