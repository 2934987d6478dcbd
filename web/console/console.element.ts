// <couture-console>: the agents' console as a page: lists at the side, the active chat beside them, shortcuts for all of it.
import { localized, msg, str } from '@lit/localize';
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { ListedWireSession } from '../../runtime/contract/chat-console.ts';
import type { WireFilter } from '../../runtime/contract/chat-filter.ts';
import { ApiError, OfflineError } from '../api/api-error.ts';
import { Client } from '../api/client.ts';
import { takeDroppedFiles } from '../chat/drop-files.ts';
import { type IconName, icon } from '../elements/icon.ts';
import { KeepFocus } from '../elements/keep-focus.ts';
import { pressedKey } from '../elements/pressed-key.ts';
import { identity } from '../state/identity.ts';
import { Follow } from '../state/store.ts';
import { buttons, fields, reset } from '../styles/shared.styles.ts';
import { openChatMessage } from '../worker/agent-push-events.ts';
import { AgentDevice } from './agent-device.ts';
import { chatRow } from './chat-row.ts';
import { alarm, chime, hasSound, notify, setSound } from './chime.ts';
import { consoleStyles } from './console.styles.ts';
import './console-chat.element.ts';
import { bellButton } from './bell-button.ts';
import { chatCommands } from './chat-commands.ts';
import type { ListName } from './console-api.ts';
import { type AtDoor, door } from './door.ts';
import './command-palette.element.ts';
import { Inbox } from './inbox.ts';
import { labelStyles } from './label-chip.ts';
import { linkStrip } from './link-strip.ts';
import { OverNotifications } from './over-notifications.ts';
import './invites-dialog.element.ts';
import './list-filters.element.ts';
import './list-tabs.element.ts';
import './replies-dialog.element.ts';
import { SavedFilters } from './saved-filters.ts';
import { hasCharacterKeys, takeKey } from './shortcuts.ts';
import type { ShortcutsDialog } from './shortcuts-dialog.element.ts';
import './shortcuts-dialog.element.ts';
import { agentSession, forgetAgent, signedInAgent } from './signed-in-agent.ts';
import { WhenReturned } from './when-returned.ts';

/** Milliseconds between two renderings of the waiting times, and until a shop that gave no answer is asked again. */
const clockInterval = 15_000;
const messageStands = 8_000;

@localized()
@customElement('couture-console')
export class Console extends LitElement {
  static override styles = [reset, buttons, fields, labelStyles, consoleStyles];

  @state() private inbox: Inbox | undefined;
  private saved: SavedFilters | undefined;
  @state() private who: AtDoor = 'unknown';
  @state() private trouble = '';
  @state() private said = '';
  /** Said at once, before anything else. */
  @state() private alarm = '';
  @state() private sound = hasSound();
  @state() private signInUrl: string | null = null;
  @query('couture-shortcuts-dialog') private sheet!: ShortcutsDialog;
  @query('.find input') private finder!: HTMLInputElement;
  readonly #client = new Client();
  readonly #session = agentSession(this.#client);
  readonly #device = new AgentDevice();
  readonly #notifications = new OverNotifications();
  #clock: ReturnType<typeof setInterval> | undefined;

  constructor() {
    super();
    new KeepFocus(
      this,
      'couture-console-chat',
      "button.chat[aria-current='true']",
      'button.chat',
      'couture-list-tabs',
    );
    new Follow(this, () => this.inbox);
    takeDroppedFiles(this, 'couture-chat-composer');
    new Follow(this, () => this.#device);
    // The agent may have signed in again in another tab.
    new WhenReturned(this, () => (!/unknown|staff/.test(this.who) || this.inbox?.ending) && this.#begin());
    signedInAgent.watch(this.#signedElsewhere);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener('keydown', this.#key);
    addEventListener('popstate', this.#placed);
    this.#clock = setInterval(() => {
      if (this.who === 'unanswered') void this.#begin();
      else this.requestUpdate();
    }, clockInterval);
    void this.#begin();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener('keydown', this.#key);
    removeEventListener('popstate', this.#placed);
    clearInterval(this.#clock);
    navigator.serviceWorker?.removeEventListener('message', this.#opened);
    this.inbox?.leave();
  }

  protected override render() {
    if (this.who !== 'staff' || !this.inbox) return door(this.who, this.signInUrl, () => void this.#begin());
    const { inbox } = this;
    return html`
      <header class="bar">
        <h1>${msg('Console')}</h1>
        ${this.#stateButton(inbox)}
        <span class="who">${inbox.me?.name ?? this.#session.name ?? ''}</span>
        ${bellButton(this.#device, { ask: this.#askToNotify, turn: this.#turnBell, explain: (words) => this.#warn(words) })}
        <button class="tool" aria-label=${msg('Sound')} aria-pressed=${this.sound} title=${msg('Sound')} @click=${this.#turnSound}>${icon(this.sound ? 'sound' : 'silent')}</button>
        ${this.#tool(msg('Replies'), 'replies', () => this.renderRoot.querySelector('couture-replies-dialog')!.show())}
        ${this.#isAdmin ? this.#tool(msg('Invitations'), 'invite', () => this.#invites()) : nothing}
        <button class="tool" aria-label=${msg('Find a chat or a command')} title=${msg('Find a chat or a command')} aria-keyshortcuts="Control+K Meta+K" @click=${this.#pressPalette}>${icon('search')}</button>
        <button class="tool keys" aria-label=${msg('Keyboard shortcuts')} title=${msg('Keyboard shortcuts')} @click=${() => this.sheet.show()}>?</button>
        ${this.#tool(msg('Sign out'), 'leave', this.#signOut)}
      </header>
      <main class=${inbox.open ? 'talking' : ''}>
        <nav aria-label=${msg('Chats')}>
          <couture-list-tabs .inbox=${inbox} @couture-show-list=${({ detail }: HTMLElementEventMap['couture-show-list']) => this.#show(detail)}></couture-list-tabs>
          <div class="find" role="search"><input class="field" type="search" maxlength="200" placeholder=${msg('Search all chats')} aria-label=${msg('Search all chats')} @input=${this.#find} @keydown=${this.#findKey} /></div>
          <couture-list-filters .inbox=${inbox} .saved=${this.saved!} @couture-apply-filter=${({ detail }: HTMLElementEventMap['couture-apply-filter']) => this.#apply(detail)}></couture-list-filters>
          <div class="chats">${this.trouble ? html`<p class="strip" role="alert">${this.trouble}</p>` : linkStrip(inbox, this.signInUrl)}${this.#list()}</div>
        </nav>
        ${
          inbox.open
            ? html`<couture-console-chat .inbox=${inbox} .chat=${inbox.open} ?admin=${this.#isAdmin} @couture-console-back=${() => this.#look(undefined)}></couture-console-chat>`
            : html`<div class="empty"><p>${msg('Choose a chat.')} ${hasCharacterKeys() ? html`<kbd>j</kbd> <kbd>k</kbd>` : nothing}</p></div>`
        }
      </main>
      <couture-replies-dialog .inbox=${inbox}></couture-replies-dialog>
      ${this.#isAdmin ? html`<couture-invites-dialog .inbox=${inbox}></couture-invites-dialog>` : nothing}
      <couture-command-palette></couture-command-palette>
      <couture-shortcuts-dialog @couture-character-keys=${() => this.requestUpdate()}></couture-shortcuts-dialog>
      <div class="visually-hidden" role="status" aria-live="polite">${this.said}</div>
      <div class="visually-hidden" role="alert">${this.alarm}</div>
    `;
  }

  /** A button in words; on a phone, whose row has no room for words of every language, an icon. */
  #tool(words: string, name: IconName, act: () => void): TemplateResult {
    return html`<button class="tool worded" title=${words} @click=${act}><span>${words}</span>${icon(name)}</button>`;
  }

  #stateButton({ state }: Inbox): TemplateResult | typeof nothing {
    if (state === undefined) return nothing;
    const on = state === 'available';
    return html`<button class="tool state ${state}" aria-pressed=${on} title=${on ? msg('You get new chats. Press to step away.') : msg('You get no new chats. Press to be available.')} @click=${() => this.#switchState()}>
      <span class="dot"></span>${on ? msg('Available') : msg('Away')}
    </button>`;
  }

  #switchState(): void {
    const { state } = this.inbox!;
    if (state !== undefined) void this.inbox!.choose(state === 'available' ? 'away' : 'available');
  }

  #list(): TemplateResult {
    const { sessions, found, next, list } = this.inbox!;
    const older = found ? found.next : list === 'all' ? next : null;
    if (sessions.length === 0) {
      const words = found
        ? msg('No chats match your search.')
        : list === 'queue'
          ? msg('No chats are waiting.')
          : msg('No chats here.');
      return html`<p class="none">${words}</p>`;
    }
    return html`<ul>${repeat(
      sessions,
      ({ id }) => id,
      (session) => html`<li>${chatRow(session, this.inbox!, (id) => this.#look(id))}</li>`,
    )}</ul>
      ${older ? html`<button class="text-button more" @click=${() => void this.inbox!.more()}>${msg('Show older chats')}</button>` : nothing}`;
  }

  async #begin(): Promise<void> {
    await this.#session.refresh();
    if (this.#session.unanswered && !this.inbox) {
      this.who = 'unanswered';
      return;
    }
    this.#client.shop().then(
      (facts) => {
        identity.learn(facts);
        this.signInUrl = facts.sign_in_url ?? null;
      },
      () => {},
    );
    const { roles, state: signed } = this.#session;
    this.who =
      roles.includes('staff') || roles.includes('admin')
        ? 'staff'
        : signed === 'customer'
          ? 'customer'
          : 'guest';
    if (this.who !== 'staff') return;
    this.inbox?.leave();
    this.inbox = new Inbox(
      {
        onActivity: (session) => this.#tell(session),
        onMissed: (session) => this.#sound(session),
        onFailure: (error) => this.#failed(error),
      },
      { sub: this.#session.sub ?? '', name: this.#session.name ?? null },
    );
    this.saved = new SavedFilters(this.inbox);
    this.#placed();
    void this.#device.look().catch(() => {});
    navigator.serviceWorker?.addEventListener('message', this.#opened);
  }

  protected override updated(): void {
    if (this.inbox) this.#notifications.look(this.inbox, document.visibilityState === 'visible');
    const { pending = 0, missed = 0 } = this.inbox ?? {};
    document.title = `${missed > 0 ? '⚠ ' : ''}${pending > 0 ? `(${pending}) ` : ''}${msg('Console')} – ${identity.name}`;
  }

  #tell(session: ListedWireSession): void {
    const name = session.name ?? msg('Guest');
    const words = session.last_message?.body ?? '';
    this.said =
      session.state === 'waiting'
        ? msg(str`${name} is waiting`)
        : session.unread_count > 0
          ? msg(str`${name} writes: ${words}`)
          : msg(str`The chat with ${name} is yours`);
    void chime(`${session.id} ${session.last_seq} ${session.state}`);
    notify(this.said, words, session.id, () => this.#look(session.id));
  }

  /** Raises the alarm about a shopper without a response. */
  #sound(session: ListedWireSession): void {
    const name = session.name ?? msg('Guest');
    this.alarm = msg(str`${name} has waited longer than the target`);
    void alarm(`${session.id} ${session.waiting_since} missed`);
    notify(this.alarm, session.last_message?.body ?? '', session.id, () => this.#look(session.id));
  }

  #failed(error: unknown): void {
    this.#warn(
      error instanceof OfflineError
        ? msg('No response. Check your connection.')
        : error instanceof ApiError
          ? error.message
          : msg('Something went wrong. Try again.'),
    );
  }

  #warn(words: string): void {
    this.trouble = this.said = words;
    setTimeout(() => (this.trouble = ''), messageStands);
  }

  #palette(): void {
    const inbox = this.inbox!;
    const chat = this.renderRoot.querySelector('couture-console-chat');
    const session = inbox.open && inbox.session(inbox.open.id);
    const owns = this.#isAdmin || session?.assigned_to === inbox.me?.sub;
    void this.renderRoot.querySelector('couture-command-palette')!.show({
      inbox,
      saved: this.saved!,
      ofChat: chat && session ? chatCommands(session, owns, chat) : [],
      look: (id) => this.#look(id),
      show: (list) => this.#show(list),
      apply: (filter) => this.#apply(filter),
      switchState: () => this.#switchState(),
      sheet: () => this.sheet.show(),
      ...(this.#isAdmin ? { invites: () => this.#invites() } : {}),
    });
  }

  #invites(): void {
    this.renderRoot.querySelector('couture-invites-dialog')!.show();
  }

  get #isAdmin(): boolean {
    return this.#session.roles.includes('admin');
  }

  /** Safari gives no focus to a button that is pressed; closed, the palette returns it there. */
  readonly #pressPalette = ({ currentTarget }: Event) => {
    (currentTarget as HTMLElement).focus();
    this.#palette();
  };

  #apply(filter: WireFilter): void {
    this.finder.value = filter.search ?? '';
    void this.saved!.apply(filter);
  }

  #show(list: ListName): void {
    this.finder.value = '';
    this.inbox!.show(list);
  }

  /** Opens a chat and puts its id into the URL, so that "back" works and the link can be shared. */
  #look(id: string | undefined): void {
    if (this.inbox?.open?.id === id) return;
    history.pushState(null, '', id ? `#${id}` : location.pathname);
    this.#placed();
  }

  readonly #placed = () => {
    const id = location.hash.slice(1);
    this.inbox?.look(/^[0-9a-f-]{36}$/.test(id) ? id : undefined);
  };

  /** The worker opens the chat of a notification that was clicked. */
  readonly #opened = ({ data }: MessageEvent) => {
    const { type, hash } = (data ?? {}) as { type?: unknown; hash?: unknown };
    if (type === openChatMessage && typeof hash === 'string' && hash) location.hash = hash;
  };

  readonly #find = () => this.inbox?.searchSoon(this.finder.value.trim());

  readonly #findKey = (event: KeyboardEvent) => {
    if (pressedKey(event) !== 'Escape') return;
    this.finder.value = '';
    this.finder.blur();
    void this.inbox?.search('');
  };

  readonly #key = (event: KeyboardEvent) => {
    if (!this.inbox || event.composedPath().some((each) => each instanceof HTMLDialogElement)) return;
    const chat = this.renderRoot.querySelector('couture-console-chat');
    takeKey(event, {
      step: (by) => this.#step(by),
      search: () => this.finder.focus(),
      sheet: () => this.sheet.show(),
      switchState: () => this.#switchState(),
      palette: () => this.#palette(),
      back: () => this.#look(undefined),
      chat: chat ?? undefined,
    });
  };

  #step(by: number): void {
    const { sessions, open } = this.inbox!;
    const at = sessions.findIndex(({ id }) => id === open?.id);
    const to =
      at < 0 ? (by > 0 ? 0 : sessions.length - 1) : Math.min(sessions.length - 1, Math.max(0, at + by));
    const next = sessions[to];
    if (!next) return;
    this.#look(next.id);
    void this.updateComplete.then(() =>
      this.renderRoot.querySelector(`[data-id='${next.id}']`)?.scrollIntoView({ block: 'nearest' }),
    );
  }

  readonly #turnSound = () => {
    this.sound = !this.sound;
    setSound(this.sound);
  };

  readonly #turnBell = () => {
    const { state } = this.#device;
    void this.inbox!.attempt(() => (state === 'on' ? this.#device.turnOff() : this.#device.turnOn()));
  };

  readonly #askToNotify = async () => {
    await Notification.requestPermission();
    this.requestUpdate();
  };

  /** Closes the socket when the agent signs out, or another one signs in, in another window. */
  readonly #signedElsewhere = () => {
    const now = signedInAgent.read();
    if (this.who !== 'staff' || now === (this.#session.sub ?? '')) return;
    this.#leave();
    forgetAgent();
    if (now) void this.#begin();
  };

  #leave(): void {
    this.inbox?.leave();
    this.inbox = undefined;
    this.who = 'guest';
  }

  readonly #signOut = async () => {
    this.#leave();
    await this.#device.turnOff().catch(() => {});
    await this.#session.signOut();
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'couture-console': Console;
  }
}
