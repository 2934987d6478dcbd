// <couture-scheduled-replies>: the replies of a chat that are sent later, to change or cancel, and those that are held.
import { localized, msg, str } from '@lit/localize';
import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { WireScheduled } from '../../runtime/contract/chat-later.ts';
import { maxMessageLength, typedText } from '../../runtime/contract/text.ts';
import { FieldLimit } from '../chat/field-limit.ts';
import { KeepFocus } from '../elements/keep-focus.ts';
import { formatAppointment } from '../state/locale.ts';
import { serverNow } from '../state/server-clock.ts';
import { buttons, fields, reset } from '../styles/shared.styles.ts';
import type { Inbox } from './inbox.ts';

@localized()
@customElement('couture-scheduled-replies')
export class ScheduledReplies extends LitElement {
  static override styles = [
    reset,
    buttons,
    fields,
    css`
      ul {
        display: grid;
        gap: 0.25rem;
        max-height: min(16rem, 36dvh);
        overflow-y: auto;
        padding: 0.5rem 0.75rem 0;
      }
      li {
        padding: 0.4rem 0.625rem;
        border: 1px dashed var(--couture-line-strong);
        border-radius: var(--couture-radius);
        font: var(--couture-small);
      }
      li.held {
        border-style: solid;
        background: var(--couture-warn-paper);
        color: var(--couture-warn-ink);
      }
      .when {
        font-weight: 500;
      }
      .text {
        display: -webkit-box;
        overflow: hidden;
        -webkit-box-orient: vertical;
        -webkit-line-clamp: 2;
        white-space: pre-line;
      }
      .acts {
        display: flex;
        flex-wrap: wrap;
        gap: 0 0.75rem;
      }
      form {
        display: grid;
        gap: 0.5rem;
      }
    `,
  ];

  @property({ attribute: false }) inbox!: Inbox;
  /** Id of the chat. */
  @property() chat = '';
  /** Whether the agent has the chat: otherwise nothing can be sent. */
  @property({ type: Boolean }) owned = false;
  /** Changes whenever there may be other replies; then they are read again. */
  @property() stamp = '';
  @state() private replies: readonly WireScheduled[] = [];
  /** Id of the reply that is being changed. */
  @state() private editing: string | undefined;

  readonly #limit = new FieldLimit(this, maxMessageLength);

  constructor() {
    super();
    new KeepFocus(this, 'textarea', 'button');
  }

  /** Plans a reply. @returns whether it succeeded */
  async plan(body: string, time: Date): Promise<boolean> {
    const { chat } = this;
    const done = await this.inbox.attempt(() => this.inbox.api.schedule(chat, body, time));
    if (done) await this.#read();
    return done;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('chat')) {
      this.replies = [];
      this.editing = undefined;
    }
    if (!changed.has('chat') && !changed.has('stamp')) return;
    if (this.inbox.session(this.chat)?.scheduled_count === 0) this.replies = [];
    else void this.#read();
  }

  protected override render() {
    if (this.replies.length === 0) return nothing;
    return html`<ul aria-label=${msg('Scheduled replies')}>${this.replies.map((reply) => html`<li class=${reply.held ? 'held' : ''}>${this.editing === reply.id ? this.#form(reply) : this.#reply(reply)}</li>`)}</ul>`;
  }

  #reply(reply: WireScheduled): TemplateResult {
    const { id, body, send_at, held, mine, sender_name } = reply;
    const time = formatAppointment(send_at);
    return html`<p class="when" role=${held ? 'status' : nothing}>${heldWords(held) ?? (mine ? msg(str`Will be sent ${time}`) : msg(str`${sender_name ?? ''} will send ${time}`))}</p>
      <p class="text" dir="auto">${body}</p>
      <div class="acts">
        ${held && mine && this.owned ? html`<button class="text-button" @click=${() => void this.#change(id, body, new Date(serverNow()))}>${msg('Send now')}</button>` : nothing}
        ${mine ? html`<button class="text-button" @click=${() => this.#edit(reply)}>${msg('Edit')}</button>` : nothing}
        <button class="text-button" @click=${() => void this.#cancel(id)}>${msg('Cancel this reply')}</button>
      </div>`;
  }

  #edit({ id, body }: WireScheduled): void {
    this.editing = id;
    this.#limit.measure(body);
  }

  #form({ id, body, send_at }: WireScheduled): TemplateResult {
    const submit = (event: SubmitEvent) => {
      event.preventDefault();
      const given = new FormData(event.target as HTMLFormElement);
      void this.#change(id, typedText(String(given.get('body'))), new Date(String(given.get('time'))));
    };
    return html`<form @submit=${submit}>
      <label class="field">${msg('Text')}<textarea name="body" dir="auto" required rows="3" maxlength=${maxMessageLength} aria-invalid=${this.#limit.isExceeded} .value=${body} @input=${this.#limit.written} @paste=${this.#limit.pasted} @drop=${this.#limit.pasted}></textarea></label>
      ${this.#limit.words()}
      <label class="field">${msg('Time')}<input name="time" type="datetime-local" required value=${localTime(send_at)} /></label>
      <div class="acts">
        <button class="text-button" ?disabled=${this.#limit.isExceeded}>${msg('Save')}</button>
        <button class="text-button" type="button" @click=${() => (this.editing = undefined)}>${msg('Not now')}</button>
      </div>
    </form>`;
  }

  async #change(id: string, body: string, time: Date): Promise<void> {
    if (body === '' || Number.isNaN(time.getTime())) return;
    const { chat } = this;
    if (await this.inbox.attempt(() => this.inbox.api.reschedule(chat, id, body, time)))
      this.editing = undefined;
    await this.#read();
  }

  async #cancel(id: string): Promise<void> {
    const { chat } = this;
    await this.inbox.attempt(() => this.inbox.api.unschedule(chat, id));
    await this.#read();
  }

  async #read(): Promise<void> {
    const { chat } = this;
    const replies = await this.inbox.api.scheduled(chat).catch(() => this.replies);
    if (chat === this.chat) this.replies = replies;
  }
}

function heldWords(held: WireScheduled['held']): string | undefined {
  switch (held) {
    case 'shopper_wrote':
      return msg('Not sent: the shopper has written since. Send it now, change it or cancel it.');
    case 'not_assigned':
      return msg('Not sent: the chat is no longer yours.');
    case null:
      return undefined;
  }
}

/** As a field of a date and time has it: the agent's local time. */
function localTime(iso: string): string {
  const time = new Date(iso);
  return new Date(time.getTime() - time.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

declare global {
  interface HTMLElementTagNameMap {
    'couture-scheduled-replies': ScheduledReplies;
  }
}
