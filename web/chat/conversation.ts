// A shopper's chat, without elements: its own socket, polling as the fallback, read receipts.
import type { WireMessage } from '../../runtime/contract/chat-message.ts';
import type { FromServer } from '../../runtime/contract/chat-protocol.ts';
import type { WholeSession, WireSession } from '../../runtime/contract/chat-session.ts';
import { replyTag } from '../../runtime/contract/notification-tag.ts';
import { ApiError } from '../api/api-error.ts';
import { closeNotifications } from '../push/close-notifications.ts';
import type { ChatApi, ShopperContext } from './chat-api.ts';
import { ChatSocket, type Ending, type LinkState } from './chat-socket.ts';
import { ConversationBase } from './conversation-base.ts';
import type { UnsentMessages } from './unsent.ts';

/** Failed attempts after which the chat falls back to polling: some networks block WebSockets. */
export const failuresBeforeRest = 3;
export const restPause = 5_000;

export interface ConversationEvents {
  /** Called with messages that arrive while the chat is open, not with earlier ones. */
  readonly onNewMessages?: (messages: readonly WireMessage[]) => void;
}

export class Conversation extends ConversationBase {
  session: WireSession;
  link: LinkState = 'connecting';
  /** Whether messages travel by plain requests, because no socket opens. */
  polls = false;
  ending: Ending | undefined;
  readonly #api: ChatApi;
  readonly #events: ConversationEvents;
  readonly #socket: ChatSocket;
  #rest: ReturnType<typeof setTimeout> | undefined;
  #context: ShopperContext = {};
  #read = 0;
  /** Number of the last message when the chat's notifications were last closed on this device. */
  #closedAt = -1;
  /** Whether this connection has received the page and the cart. */
  #contextSent = false;
  readonly #leaving = new AbortController();

  constructor(api: ChatApi, unsent: UnsentMessages, whole: WholeSession, events: ConversationEvents = {}) {
    super(whole.id, 'shopper', api, unsent);
    const { messages, unread_count: _, ...session } = whole;
    this.#api = api;
    this.session = session;
    this.#read = session.shopper_read;
    this.#events = {};
    this.came(messages);
    this.#events = events;
    this.#socket = new ChatSocket({
      where: () => api.socket(whole.id),
      mayRenew: () => api.hasToken,
      onOpen: () => {
        this.#socket.send({ type: 'resume', after: this.timeline.last });
        if (document.visibilityState === 'hidden') this.#reportVisible();
      },
      onFrame: (frame) => this.take(frame as FromServer),
      onState: (state, ending) => this.#linked(state, ending),
    });
    this.#closeNotifications();
    document.addEventListener('visibilitychange', this.#reportVisible, { signal: this.#leaving.signal });
  }

  /** Number of messages from the shop that the shopper has not seen. */
  get unread(): number {
    return this.messages.filter(({ side, seq }) => side === 'staff' && seq > this.#read).length;
  }

  /** Marks all messages as read. */
  markRead(): void {
    const last = this.messages.findLast(({ side }) => side !== 'shopper')?.seq ?? 0;
    if (last <= this.#read) return;
    this.#read = last;
    if (this.live) this.transmit({ type: 'read', seq: last });
    else if (this.polls) void this.#readByRest();
    this.#closeNotifications();
    this.changed();
  }

  /** Reports the shopper's page and cart; repeated after each reconnect. */
  tell(context: ShopperContext): void {
    this.#context = context;
    if (this.live) this.transmit({ type: 'context', ...context });
  }

  async end(): Promise<void> {
    this.session = await this.#api.close(this.id);
    this.changed();
  }

  /** Disconnects; the chat stays open. */
  leave(): void {
    this.#leaving.abort();
    this.#socket.close();
    clearTimeout(this.#rest);
    this.rest();
  }

  protected transmit(frame: object): boolean {
    return this.#socket.send(frame);
  }

  protected become(session: WireSession): void {
    const isFirst = !this.#contextSent;
    this.session = session;
    if (isFirst && this.#read > session.shopper_read) this.transmit({ type: 'read', seq: this.#read });
    if (isFirst && Object.keys(this.#context).length > 0)
      this.transmit({ type: 'context', ...this.#context });
    this.#contextSent = true;
    // Another device may have read it.
    this.#read = Math.max(this.#read, session.shopper_read);
    this.#closeNotifications(isFirst);
  }

  protected override came(messages: readonly WireMessage[]): readonly WireMessage[] {
    const fresh = super.came(messages);
    if (fresh.length > 0) this.#events.onNewMessages?.(fresh);
    return fresh;
  }

  /** A page in the background sees no reply: the shop then mails it, or sends it to another device. */
  readonly #reportVisible = () => {
    this.#socket.send({ type: 'visible', on: document.visibilityState !== 'hidden' });
    // A push message may have arrived after its reply was read.
    if (this.live) this.#closeNotifications(true);
  };

  /** Closes this device's notifications of replies once all have been read, here or on another device. */
  #closeNotifications(again = false): void {
    const { last } = this.timeline;
    if (this.unread > 0 || (last === this.#closedAt && !again)) return;
    this.#closedAt = last;
    const read = replyTag(this.id);
    void closeNotifications((tag) => tag === read);
  }

  #linked(state: LinkState, ending: Ending | undefined): void {
    this.link = state;
    this.ending = ending;
    this.live = false;
    if (state === 'open') this.polls = false;
    this.#contextSent = false;
    if (state === 'open' || state === 'ended') {
      clearTimeout(this.#rest);
      this.#rest = undefined;
    } else if (state === 'waiting' && this.#socket.failures >= failuresBeforeRest)
      this.#rest ??= setTimeout(() => void this.#byRest(), 0);
    this.changed();
  }

  /** The fallback without a socket: polls for new messages and sends waiting ones; ends if the chat is no longer the shopper's. */
  async #byRest(): Promise<void> {
    try {
      await this.exchange();
      this.polls = true;
      // Who answers, what was seen, whether the chat is resolved: the socket would say so.
      const { messages: _, unread_count: __, ...session } = await this.#api.one(this.id);
      if (!this.live) this.become(session);
      await this.#readByRest();
      this.changed();
    } catch (error) {
      if (error instanceof ApiError && (error.status === 401 || error.status === 404)) {
        this.#socket.close();
        this.#linked('ended', error.status === 401 ? 'signed out' : 'gone');
        return;
      }
      this.polls = false;
      this.changed();
    }
    if (!this.live && !this.#leaving.signal.aborted && this.link !== 'ended')
      this.#rest = setTimeout(() => void this.#byRest(), restPause);
  }

  async #readByRest(): Promise<void> {
    const seq = this.#read;
    if (seq <= this.session.shopper_read) return;
    await this.#api.markRead(this.id, seq).then(
      () => (this.session = { ...this.session, shopper_read: seq }),
      // The next poll repeats it.
      () => {},
    );
  }
}
