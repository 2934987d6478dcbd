// <couture-chat-start>: the form that starts a chat: name and first message; outside business hours also an email address.
import { localized, msg, str } from '@lit/localize';
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { firstPart, maxMessageLength, typedLine, typedText } from '../../runtime/contract/text.ts';
import { plainAddress } from '../elements/plain-address.ts';
import { isSend } from '../elements/pressed-key.ts';
import { formatAppointment } from '../state/locale.ts';
import { saved } from '../state/saved.ts';
import { buttons, fields, reset } from '../styles/shared.styles.ts';
import type { Availability } from './chat-api.ts';
import { tooLongWords } from './chat-words.ts';
import { startDraft, unkeptDraft } from './drafts.ts';
import { excess } from './excess.ts';
import { pastedFiles, pasteWhole } from './pasted.ts';

export interface StartDetail {
  readonly name?: string;
  readonly email?: string;
  /** The question that was asked before the chat. */
  readonly subject?: string;
  readonly body: string;
  readonly team?: string;
}

declare global {
  interface HTMLElementEventMap {
    'couture-chat-start': CustomEvent<StartDetail>;
  }
}

/** Maximum lengths that the server accepts. */
const maxName = 100;
const maxEmail = 254;

/** Remembers a guest's name and email address, so that guests enter them once. */
const guest = saved<{ name: string; email: string }>(
  'couture-chat-guest',
  { name: '', email: '' },
  (value) => {
    const { name, email } = (value ?? {}) as Record<string, unknown>;
    if (typeof name !== 'string' || typeof email !== 'string') return undefined;
    return { name: firstPart(typedLine(name), maxName), email: firstPart(typedLine(email), maxEmail) };
  },
);

@localized()
@customElement('couture-chat-start')
export class ChatStart extends LitElement {
  static override styles = [
    reset,
    buttons,
    fields,
    css`
      form {
        display: grid;
        gap: 1rem;
        padding: 1.25rem 1rem;
      }
      .field textarea {
        min-height: 6.5rem;
        resize: vertical;
      }
      .trouble {
        color: var(--couture-sale, #b42318);
        font: var(--couture-small, 400 0.875rem / 1.45 system-ui);
      }
    `,
  ];

  @property({ attribute: false }) availability: Availability | undefined;
  /** Id of the team that the page names; '': the shopper chooses. */
  @property() team = '';
  /** Name of the signed-in customer; undefined for a guest. */
  @property({ attribute: false }) customer: string | undefined;
  @property({ type: Boolean }) busy = false;
  /** Why the last attempt failed. */
  @property() trouble = '';
  /** Whether the browser refuses to keep the draft. */
  @state() private unkept = false;
  @state() private noFiles = false;
  @state() private excess = excess(startDraft.read()?.body ?? '', maxMessageLength);
  @query('form') private form!: HTMLFormElement;
  /** The fields as the last event found them. */
  #told: string | undefined;

  override focus(): void {
    this.form?.querySelector<HTMLElement>('input, textarea')?.focus();
  }

  protected override render() {
    const away = this.availability?.open === false;
    const unattended = this.availability?.agents_online === false;
    const typed = startDraft.read();
    const known = {
      ...guest.read(),
      ...(typed?.name ? { name: typed.name } : {}),
      ...(typed?.email ? { email: typed.email } : {}),
    };
    return html`<form @submit=${this.#submit} @input=${this.#written} @change=${this.#written}>
      <p>${away ? this.#away() : unattended ? this.#unattended() : msg('Ask us anything about sizes, orders or outfits.')}</p>
      ${
        this.customer === undefined
          ? html`<label class="field">${msg('Your name')}<input name="name" dir="auto" required maxlength=${maxName} autocomplete="name" .defaultValue=${known.name} /></label>
              <label class="field">${away ? msg('Email') : msg('Email (optional)')}<input name="email" type="email" ?required=${away} maxlength=${maxEmail} autocomplete="email" inputmode="email" .defaultValue=${known.email} @change=${plainAddress} /></label>`
          : nothing
      }
      ${this.#teams()}
      <label class="field">${msg('Your message')}<textarea name="body" dir="auto" required maxlength=${maxMessageLength} aria-invalid=${this.excess > 0} .defaultValue=${typed?.body ?? ''} @keydown=${this.#key} @paste=${this.#pasted} @drop=${this.#pasted}></textarea></label>
      ${this.noFiles ? html`<p class="trouble" role="status">${msg('Start the chat first. Then you can send your file.')}</p>` : nothing}
      ${this.excess > 0 ? html`<p class="trouble" role="status">${tooLongWords(this.excess, maxMessageLength)}</p>` : nothing}
      ${this.unkept ? unkeptDraft() : nothing}
      ${this.trouble ? html`<p class="trouble" role="alert">${this.trouble}</p>` : nothing}
      <button class="button" aria-disabled=${this.busy || this.excess > 0}>
        ${away || unattended ? msg('Send message') : msg('Start chat')}
      </button>
    </form>`;
  }

  #teams(): TemplateResult | typeof nothing {
    const teams = this.availability?.teams ?? [];
    if (this.team || teams.length < 2) return nothing;
    return html`<label class="field">${msg('What is it about?')}<select name="team">
        <option value="">${msg('Something else')}</option>
        ${teams.map(({ id, name }) => html`<option value=${id}>${name}</option>`)}
      </select></label>`;
  }

  #away(): TemplateResult | string {
    const at = this.availability?.opens_at;
    return at
      ? msg(str`We’re back on ${formatAppointment(at)}. Leave a message and we’ll reply by email.`)
      : msg('We’re offline right now. Leave a message and we’ll reply by email.');
  }

  /** Within business hours, while no agent is at the console. */
  #unattended(): string {
    return this.customer === undefined && this.availability?.by_email
      ? msg('Leave a message. With your email address, our answer reaches you even if you leave.')
      : msg('Leave a message, and we’ll answer as soon as an agent is back.');
  }

  readonly #key = (event: KeyboardEvent) => {
    if (!isSend(event)) return;
    event.preventDefault();
    this.form.requestSubmit();
  };

  readonly #pasted = (event: ClipboardEvent | DragEvent) => {
    const data = 'clipboardData' in event ? event.clipboardData : event.dataTransfer;
    this.noFiles = pastedFiles(data).length > 0;
    // Browsers open files that are dropped into a page.
    if (this.noFiles) event.preventDefault();
    else pasteWhole(event);
  };

  takeDropped(): void {
    this.noFiles = true;
  }

  /** Browsers send a late `change` for a field that is taken out, when its draft has gone to the chat already. */
  readonly #written = () => {
    this.noFiles = false;
    const given = new FormData(this.form);
    const fields = ['name', 'email', 'body'].map((field) => String(given.get(field) ?? ''));
    if (fields.join('\0') === this.#told) return;
    this.#told = fields.join('\0');
    const [name, email, body] = fields;
    this.unkept = !startDraft.write({ name: name!, email: email!, body: body! }) && body !== '';
    this.excess = excess(body!, maxMessageLength);
  };

  readonly #submit = (event: Event) => {
    event.preventDefault();
    if (this.busy || this.excess > 0) return;
    const given = new FormData(this.form);
    const text = (field: string) => String(given.get(field) ?? '');
    const [name, email, body] = [typedLine(text('name')), typedLine(text('email')), typedText(text('body'))];
    if (!body) return;
    if (this.customer === undefined) guest.write({ name, email });
    const team = this.team || text('team');
    const detail: StartDetail = {
      body,
      ...(name ? { name } : {}),
      ...(email ? { email } : {}),
      ...(team ? { team } : {}),
    };
    this.dispatchEvent(new CustomEvent('couture-chat-start', { detail }));
  };
}

/** Forgets a guest's name and email address. */
export function forgetGuest(): void {
  guest.clear();
}

declare global {
  interface HTMLElementTagNameMap {
    'couture-chat-start': ChatStart;
  }
}
