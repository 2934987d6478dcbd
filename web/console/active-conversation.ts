// The agent's active chat, over the console's one socket: messages, private notes, and who else is viewing it.
import type { WireNote } from '../../runtime/contract/chat-console.ts';
import type { FromServer, ToConsole } from '../../runtime/contract/chat-protocol.ts';
import type { WireSession } from '../../runtime/contract/chat-session.ts';
import type { ChatApi } from '../chat/chat-api.ts';
import { ConversationBase } from '../chat/conversation-base.ts';
import type { UnsentMessages } from '../chat/unsent.ts';
import type { ConsoleApi } from './console-api.ts';

export class ActiveConversation extends ConversationBase {
  /** The chat's current state; undefined until it has loaded. */
  session: WireSession | undefined;
  notes: readonly WireNote[] = [];
  viewing: ReadonlyArray<{ readonly sub: string; readonly name: string | null }> = [];
  /** Whether the shopper has the chat open. */
  online = false;
  readonly #chats: ChatApi;
  readonly #send: (frame: object) => boolean;
  #left = false;
  /** Whether the chat was read by plain requests. */
  #polled = false;

  /** @param send sends a frame over the console's socket */
  constructor(id: string, chats: ChatApi, unsent: UnsentMessages, send: (frame: object) => boolean) {
    super(id, 'staff', chats, unsent);
    this.#chats = chats;
    this.#send = send;
  }

  /** Requests missing messages and subscribes to new ones; call again after each reconnect. */
  async watch(): Promise<void> {
    if (this.timeline.last === 0) {
      // Load the newest messages of a long chat first; the others when the agent asks for them.
      const whole = await this.#chats.one(this.id).catch(() => undefined);
      if (this.#left) return;
      if (whole) {
        const { messages, unread_count: _, ...session } = whole;
        this.came(messages);
        this.session ??= session;
        this.changed();
      }
    }
    this.transmit({ type: 'watch', after: this.timeline.last });
  }

  /** Without a socket: the chat's state, its notes and its messages by plain requests. @throws ApiError, OfflineError */
  async poll(api: ConsoleApi): Promise<void> {
    const whole = await this.#chats.one(this.id);
    const { messages, unread_count: _, ...session } = whole;
    if (this.timeline.last === 0) this.came(messages);
    await this.exchange();
    const notes = await api.notes(this.id);
    if (this.#left) return;
    this.#polled = true;
    this.session = session;
    this.notes = notes;
    this.changed();
  }

  /** Call when the socket is lost. */
  lost(): void {
    this.live = false;
  }

  leave(): void {
    this.#left = true;
    this.type(false);
    this.rest();
    this.transmit({ type: 'unwatch' });
  }

  markRead(): void {
    const last = this.messages.findLast(({ side }) => side === 'shopper')?.seq ?? 0;
    if (!(this.live || this.#polled) || !this.session || last <= this.session.staff_read) return;
    if (!this.transmit({ type: 'read', seq: last })) void this.#chats.markRead(this.id, last).catch(() => {});
    // Sent once; the next frame or poll brings the server's value.
    this.session = { ...this.session, staff_read: last };
  }

  /** Handles a frame of the console; ignores those of other chats. */
  takeAny(frame: FromServer | ToConsole): void {
    // Acknowledgements name no chat: the message id is enough.
    if (frame.type !== 'ack' && frame.type !== 'nack' && aboutOf(frame) !== this.id) return;
    switch (frame.type) {
      case 'notes': {
        const known = new Set(this.notes.map(({ id }) => id));
        this.notes = [...this.notes, ...frame.notes.filter(({ id }) => !known.has(id))];
        break;
      }
      case 'viewing':
        this.viewing = frame.agents;
        break;
      case 'presence':
        this.online = frame.online;
        break;
      case 'welcome':
      case 'state':
      case 'sessions':
      case 'gone':
        return;
      default:
        this.take(frame);
        return;
    }
    this.changed();
  }

  protected transmit(frame: object): boolean {
    return this.#send({ ...frame, session_id: this.id });
  }

  protected become(session: WireSession): void {
    this.session = session;
  }
}

function aboutOf(frame: FromServer | ToConsole): string | undefined {
  if ('session_id' in frame) return frame.session_id;
  if (frame.type === 'message') return frame.message.session_id;
  return frame.type === 'session' ? frame.session.id : undefined;
}
