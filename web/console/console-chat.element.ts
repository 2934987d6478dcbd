// <couture-console-chat>: the agent's active chat: actions, messages, composer.

import { localized, msg, str } from '@lit/localize';
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { ListedWireSession } from '../../runtime/contract/chat-console.ts';
import type { ProductCard } from '../../runtime/contract/product.ts';
import { maxNoteLength } from '../../runtime/contract/text.ts';
import { tooManyWait } from '../chat/chat-words.ts';
import type { ChatComposer } from '../chat/composer.element.ts';
import '../chat/composer.element.ts';
import { FileUploads } from '../chat/file-uploads.ts';
import { logStyles } from '../chat/log.styles.ts';
import { LogEnd, newMessages } from '../chat/log-end.ts';
import '../chat/message-list.element.ts';
import { icon } from '../elements/icon.ts';
import { KeepFocus } from '../elements/keep-focus.ts';
import { formatAppointment } from '../state/locale.ts';
import { Follow } from '../state/store.ts';
import { buttons, dialogs, fields, reset } from '../styles/shared.styles.ts';
import type { ActiveConversation } from './active-conversation.ts';
import { chatActions } from './chat-actions.ts';
import type { ChatLabels } from './chat-labels.element.ts';
import type { ChatStep } from './console-api.ts';
import './chat-labels.element.ts';
import { consoleChatStyles } from './console-chat.styles.ts';
import type { ScheduledReplies } from './scheduled-replies.element.ts';
import './scheduled-replies.element.ts';
import type { TimeDialog } from './time-dialog.element.ts';
import './time-dialog.element.ts';
import './transfer-dialog.element.ts';
import type { Inbox } from './inbox.ts';
import type { TransferDialog } from './transfer-dialog.element.ts';
import './countdown.element.ts';
import './shopper-panel.element.ts';
import type { ChatKeys } from './shortcuts.ts';
import './shown-rating.element.ts';
import type { SuggestedReplies } from './suggested-replies.element.ts';
import './suggested-replies.element.ts';

declare global {
  interface HTMLElementEventMap {
    'couture-console-back': CustomEvent<void>;
    'couture-send-product': CustomEvent<ProductCard>;
  }
}

const wide = matchMedia('(min-width: 75.01rem)');

@localized()
@customElement('couture-console-chat')
export class ConsoleChat extends LitElement implements ChatKeys {
  static override styles = [reset, buttons, fields, dialogs, logStyles, consoleChatStyles];

  @property({ attribute: false }) inbox!: Inbox;
  @property({ attribute: false }) chat!: ActiveConversation;
  /** Whether the agent is an admin of the shop. */
  @property({ type: Boolean }) admin = false;
  /** Whether the shopper panel is shown: beside the chat, or in its place on narrow screens. */
  @property({ type: Boolean, reflect: true }) panel = wide.matches;
  @state() private noting = false;
  @state() private strip = '';
  /** Whether a phone shows all actions. */
  @state() private showsAll = false;
  @query('couture-transfer-dialog') private dialog!: TransferDialog;
  @query('couture-chat-composer') private composer!: ChatComposer | null;
  @query('couture-time-dialog') private times!: TimeDialog;
  @query('couture-scheduled-replies') private scheduled!: ScheduledReplies | null;
  @query('couture-chat-labels') private labels!: ChatLabels;
  @query('couture-suggested-replies') private suggested!: SuggestedReplies | null;
  /** Whether an action is in flight: keys pressed meanwhile are text typed too early, not shortcuts. */
  busy = false;
  readonly #files = new FileUploads(this, (words) => (this.strip = words));
  readonly #end = new LogEnd(this, () => this.chat.messages.at(-1)?.seq);
  #wantsFocus = false;

  constructor() {
    super();
    new KeepFocus(this, 'couture-chat-composer', 'button', 'h2');
    new Follow(this, () => this.inbox);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener('visibilitychange', this.#seen);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener('visibilitychange', this.#seen);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('chat')) return;
    this.noting = this.showsAll = false;
    this.strip = '';
    this.#end.follow();
    if (!wide.matches) this.panel = false;
  }

  protected override render() {
    const { chat } = this;
    const session = chat.session ?? this.inbox.session(chat.id);
    const name = session?.name ?? msg('Guest');
    return html`
      <section class="conversation" aria-label=${msg(str`Chat with ${name}`)}>
        <header>
          <button class="back" aria-label=${msg('Back to the list')} @click=${() => this.dispatchEvent(new CustomEvent('couture-console-back'))}>${icon('arrow')}</button>
          <div class="titles">
            <h2><span class="dot ${chat.online ? 'here' : ''}"></span>${name}</h2>
            <p class="sub">${this.#facts()}</p>
            <couture-countdown .by=${this.inbox.session(chat.id)?.respond_by ?? null}></couture-countdown>
          </div>
          <couture-chat-labels .inbox=${this.inbox} .chat=${chat.id}></couture-chat-labels>
          ${this.#actions()}
        </header>
        <div>${this.#state === 'resolved' || this.#state === 'closed' ? html`<couture-shown-rating .api=${this.inbox.api.chats} .chat=${chat.id} .news=${chat.session}></couture-shown-rating>` : nothing}${this.#others()}${this.strip ? html`<p class="strip" role="status">${this.strip}</p>` : this.#files.strip()}</div>
        <div class="log" role="log" aria-live="off" aria-label=${msg('Messages')} tabindex="0">
          ${chat.hasOlder ? html`<button class="text-button older" @click=${() => void this.#end.keepPlace(() => this.inbox.attempt(() => chat.older()))}>${msg('Show earlier messages')}</button>` : nothing}
          <couture-message-list
            side="staff"
            .messages=${chat.messages}
            .unsent=${chat.unsent}
            .kept=${chat.isKept}
            .notes=${chat.notes}
            .seen=${session?.shopper_read ?? 0}
            @couture-chat-retry=${(event: HTMLElementEventMap['couture-chat-retry']) => chat.retry(event.detail)}
            @couture-chat-drop=${(event: HTMLElementEventMap['couture-chat-drop']) => chat.drop(event.detail)}
          ></couture-message-list>
          ${chat.typing === undefined ? nothing : html`<p class="typing">${msg(str`${chat.typing || name} is typing …`)}</p>`}
          ${newMessages(this.#end)}
        </div>
        <div>${this.#below()}</div>
      </section>
      ${
        this.panel
          ? html`<couture-shopper-panel
              .inbox=${this.inbox}
              .chat=${chat}
              ?sends=${this.#isMine}
              @couture-send-product=${(event: CustomEvent<ProductCard>) => this.#sendProduct(event.detail)}
              @couture-console-back=${() => this.showShopper()}
            ></couture-shopper-panel>`
          : nothing
      }
      <couture-transfer-dialog .inbox=${this.inbox} .chat=${chat.id}></couture-transfer-dialog>
      <couture-time-dialog></couture-time-dialog>
    `;
  }

  protected override updated(): void {
    this.#seen();
    const composer = this.#wantsFocus ? this.renderRoot.querySelector('couture-chat-composer') : null;
    if (!composer) return;
    this.#wantsFocus = false;
    void composer.updateComplete.then(() => composer.focus());
  }

  take(): void {
    this.#wantsFocus = true;
    void this.#step(this.#state === 'resolved' ? 'reopen' : 'assign');
  }

  resolve(): void {
    void this.#step('resolve');
  }

  giveBack(): void {
    void this.#step('return');
  }

  transfer(): void {
    if (this.#mayMove || this.#mayRequeue) void this.inbox.attempt(() => this.dialog.show());
  }

  snooze(): void {
    const { id } = this.chat;
    if (!this.#mayMove) return;
    void this.inbox.attempt(async () => {
      const snoozed = this.inbox.session(id)?.snoozed_until;
      const until = snoozed ? null : await this.times.ask('snooze', this.inbox.api);
      if (until !== undefined) await this.inbox.snooze(id, until);
    });
  }

  label(): void {
    void this.labels.add();
  }

  note(): void {
    this.noting = true;
    this.#wantsFocus = true;
  }

  write(): void {
    this.noting = false;
    this.#wantsFocus = true;
    this.requestUpdate();
  }

  insertSuggestion(number: number): boolean {
    return this.suggested?.insert(number) ?? false;
  }

  showShopper(): void {
    this.panel = !this.panel;
  }

  get #state() {
    return (this.inbox.session(this.chat.id) ?? this.chat.session)?.state;
  }

  get #isMine(): boolean {
    const listed = this.inbox.session(this.chat.id);
    return listed?.state === 'active' && listed.assigned_to === this.inbox.me?.sub;
  }

  /** Admins may also move the chats of other agents. */
  get #mayMove(): boolean {
    return this.#isMine || (this.admin && this.#state === 'active');
  }

  /** A chat that waits can be moved to the queue of another team. */
  get #mayRequeue(): boolean {
    return this.#state === 'waiting' && this.inbox.teams.length > 0;
  }

  #facts(): string {
    const session = this.inbox.session(this.chat.id);
    if (!session) return '';
    const who = session.email ? `${session.email}${session.verified ? '' : ` (${msg('not verified')})`}` : '';
    const whose = {
      waiting: session.left_offline ? msg('left a message') : msg('is waiting'),
      active: session.agent_name ? msg(str`with ${session.agent_name}`) : '',
      resolved: msg('resolved'),
      closed: msg('ended'),
    }[session.state];
    return [
      this.inbox.teamName(session.team),
      who,
      whose,
      this.chat.online ? msg('has the chat open') : reach(session.mail),
    ]
      .filter(Boolean)
      .join(' · ');
  }

  #actions(): TemplateResult {
    const facts = {
      id: this.chat.id,
      state: this.#state,
      isMine: this.#isMine,
      mayMove: this.#mayMove,
      mayRequeue: this.#mayRequeue,
      isSnoozed: Boolean(this.inbox.session(this.chat.id)?.snoozed_until),
      panel: this.panel,
      showsAll: this.showsAll,
    };
    return chatActions(this, facts, () => (this.showsAll = !this.showsAll));
  }

  #others(): TemplateResult | typeof nothing {
    const others = this.chat.viewing.filter(({ sub }) => sub !== this.inbox.me?.sub);
    if (others.length === 0) return nothing;
    const names = others.map(({ name }) => name ?? msg('an agent')).join(', ');
    return html`<p class="strip" role="status">${msg(str`Also viewing: ${names}`)}</p>`;
  }

  #below(): TemplateResult {
    const mine = this.#isMine;
    const { scheduled_count = 0, held_count = 0, snoozed_until } = this.inbox.session(this.chat.id) ?? {};
    return html`${snoozed_until ? html`<p class="strip">${msg(str`Snoozed until ${formatAppointment(snoozed_until)}, or until the shopper writes.`)}</p>` : nothing}
      <couture-scheduled-replies .inbox=${this.inbox} .chat=${this.chat.id} ?owned=${mine} .stamp=${`${scheduled_count} ${held_count}`}></couture-scheduled-replies>
      <div class="modes ${this.noting ? 'noting' : ''}">
        <button aria-pressed=${!this.noting} @click=${() => this.write()}>${msg('Reply')}</button>
        <button aria-pressed=${this.noting} @click=${() => this.note()}>${msg('Private note')}</button>
        ${mine && !this.noting ? html`<button class="later" @click=${() => void this.#sendLater()}>${msg('Send later')}</button>` : nothing}
      </div>
      ${
        this.noting
          ? html`<couture-chat-composer .files=${false} .placeholder=${msg('Note for the team. The shopper never sees it.')} .draft=${`note-${this.chat.id}`} .most=${maxNoteLength} @couture-chat-send=${(event: CustomEvent<string>) => void this.#addNote(event)}></couture-chat-composer>`
          : mine
            ? html`<couture-suggested-replies
                .api=${this.inbox.api}
                .chat=${this.chat}
                .seq=${this.chat.messages.at(-1)?.seq ?? 0}
                @couture-insert-reply=${(event: CustomEvent<string>) => this.composer?.insert(event.detail)}
              ></couture-suggested-replies>
              <couture-chat-composer
                .placeholder=${msg('Write a message, or type / for saved replies')}
                .replies=${this.inbox.replies}
                .draft=${this.chat.id}
                @couture-chat-send=${(event: CustomEvent<string>) => this.#send(event)}
                @couture-chat-file=${(event: CustomEvent<File>) => this.#upload(event.detail)}
                @couture-chat-typing=${(event: CustomEvent<boolean>) => this.chat.type(event.detail)}
              ></couture-chat-composer>`
            : html`<p class="below">${this.#whyNot()}</p>`
      }`;
  }

  #whyNot(): string {
    if (this.#state === 'closed') return msg('This chat has ended.');
    const name = this.inbox.session(this.chat.id)?.agent_name ?? msg('An agent');
    return this.#state === 'active'
      ? msg(str`${name} is handling this chat.`)
      : msg('Take the chat to reply.');
  }

  async #step(step: ChatStep): Promise<void> {
    this.busy = true;
    this.strip = '';
    await this.inbox.step(this.chat.id, step);
    this.busy = false;
  }

  #send(event: CustomEvent<string>): void {
    this.#end.follow();
    const body = event.detail;
    const taken = this.chat.send({ body }, body);
    this.strip = taken ? '' : tooManyWait();
    if (!taken) event.preventDefault();
  }

  /** Plans what is written in the composer. */
  async #sendLater(): Promise<void> {
    const { composer, scheduled } = this;
    const body = composer?.typed ?? '';
    if (!composer || !scheduled) return;
    if (body === '') {
      this.strip = msg('Write the reply first. Then choose when to send it.');
      composer.focus();
      return;
    }
    this.strip = '';
    await this.inbox.attempt(async () => {
      const time = await this.times.ask('send', this.inbox.api);
      if (time && (await scheduled.plan(body, time))) composer.clear();
    });
  }

  async #addNote(event: CustomEvent<string>): Promise<void> {
    this.#end.follow();
    const { id } = this.chat;
    const composer = event.target as ChatComposer;
    const { draft } = composer;
    if (!(await this.inbox.attempt(() => this.inbox.api.addNote(id, event.detail))))
      composer.restore(draft, event.detail);
  }

  #sendProduct(product: ProductCard): void {
    this.#end.follow();
    if (!this.chat.send({ product_id: String(product.id) }, product.name)) this.strip = tooManyWait();
    if (!wide.matches) this.panel = false;
  }

  #upload(file: File): void {
    const { chat, inbox } = this;
    this.#files.add(file, {
      upload: (each) => inbox.api.upload(chat.id, each),
      send: (attachment) => {
        this.#end.follow();
        return chat.send({ attachment_id: attachment.id }, attachment.name, attachment);
      },
    });
  }

  readonly #seen = () => {
    if (document.visibilityState === 'visible') this.chat?.markRead();
  };
}

/** Whether replies reach a shopper who has left the chat. */
function reach(mail: ListedWireSession['mail']): string {
  switch (mail) {
    case 'on':
      return msg('replies are emailed');
    case 'ended':
      return msg('can’t be emailed: unsubscribed, or an email came back');
    case 'off':
      return msg('can’t be reached by email');
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'couture-console-chat': ConsoleChat;
  }
}
