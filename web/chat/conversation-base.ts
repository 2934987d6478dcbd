// What both sides of a chat share: messages, unsent messages, who is typing. Frames travel over the shopper's socket, which
// serves one chat, or over the agent's, which serves all chats.
import type { WireAttachment, WireMessage } from '../../runtime/contract/chat-message.ts';
import type { FromServer, NackCode } from '../../runtime/contract/chat-protocol.ts';
import type { WireSession } from '../../runtime/contract/chat-session.ts';
import { ApiError } from '../api/api-error.ts';
import { newId } from '../state/new-id.ts';
import { Store } from '../state/store.ts';
import type { ChatApi, Content } from './chat-api.ts';
import { Timeline } from './timeline.ts';
import { canBeSent, sendableOf, type Unsent, type UnsentMessages } from './unsent.ts';

/** Milliseconds after which a typing indicator expires, and between two typing frames. */
const typingTimeout = 6_000;
const typingPause = 2_500;
/** Number of messages per page of history. */
const olderAtOnce = 100;

export abstract class ConversationBase extends Store {
  readonly id: string;
  /** Name of who is typing on the other side; '' if nameless. */
  typing: string | undefined;
  /** Whether the history has been replayed and new frames arrive. */
  protected live = false;
  protected readonly timeline = new Timeline();
  readonly #side: 'shopper' | 'staff';
  readonly #api: ChatApi;
  readonly #unsent: UnsentMessages;
  #typingSentAt = 0;
  #typingEnds: ReturnType<typeof setTimeout> | undefined;
  #resend: ReturnType<typeof setTimeout> | undefined;

  constructor(id: string, side: 'shopper' | 'staff', api: ChatApi, unsent: UnsentMessages) {
    super();
    this.id = id;
    this.#side = side;
    this.#api = api;
    this.#unsent = unsent;
  }

  /** Sends a frame of this chat over the socket. */
  protected abstract transmit(frame: { readonly type: string } & Record<string, unknown>): boolean;
  /** Takes over the chat's state from the server. */
  protected abstract become(session: WireSession): void;

  get messages(): readonly WireMessage[] {
    return this.timeline.messages;
  }

  get unsent(): readonly Unsent[] {
    return this.#unsent.of(this.id).filter((each) => !this.timeline.has(each.client_message_id));
  }

  /** Whether unsent messages outlive the page. */
  get isKept(): boolean {
    return this.#unsent.isKept;
  }

  get hasOlder(): boolean {
    return this.timeline.first > 1;
  }

  /** @returns false if too many messages wait already; keep the text in the composer then */
  send(content: Content, shown: string, attachment?: WireAttachment): boolean {
    const taken = this.#unsent.add({
      session_id: this.id,
      client_message_id: newId(),
      content,
      shown,
      at: Date.now(),
      ...(attachment ? { attachment } : {}),
    });
    if (!taken) return false;
    this.type(false);
    this.flush();
    this.changed();
    return true;
  }

  /** Retries a refused message. */
  retry(unsent: Unsent): void {
    this.#unsent.retry(unsent);
    this.flush();
    this.changed();
  }

  drop(unsent: Unsent): void {
    this.#unsent.remove(unsent.client_message_id);
    this.changed();
  }

  /** Reports that the user is typing or has stopped. */
  type(on: boolean): void {
    const now = Date.now();
    if (on ? now - this.#typingSentAt < typingPause : this.#typingSentAt === 0) return;
    this.#typingSentAt = on ? now : 0;
    if (this.live) this.transmit({ type: 'typing', on });
  }

  /** Loads older messages. */
  async older(): Promise<void> {
    const after = Math.max(0, this.timeline.first - 1 - olderAtOnce);
    this.timeline.take((await this.#api.after(this.id, after)).messages);
    this.changed();
  }

  /** Handles a frame about this chat. */
  take(frame: FromServer): void {
    switch (frame.type) {
      case 'messages':
        this.came(frame.messages);
        break;
      case 'message':
        this.came([frame.message]);
        break;
      case 'live':
        this.live = true;
        this.become(frame.session);
        this.flush();
        break;
      case 'session':
        this.become(frame.session);
        break;
      case 'ack':
        // The message itself follows, in its place; the bubble waits until then. An old message has arrived before.
        if (this.timeline.has(frame.client_message_id) || frame.seq <= this.timeline.last)
          this.#unsent.remove(frame.client_message_id);
        break;
      case 'nack':
        this.#refused(frame);
        break;
      case 'typing':
        if (frame.side !== this.#side) this.#typed(frame.on ? (frame.name ?? '') : undefined);
        break;
    }
    this.changed();
  }

  /** @returns the new messages */
  protected came(messages: readonly WireMessage[]): readonly WireMessage[] {
    const fresh = this.timeline.take(messages);
    for (const { side, client_message_id } of fresh) {
      // A message that comes back was stored, whether or not its acknowledgement arrived.
      if (side === this.#side) this.#unsent.remove(client_message_id);
      else if (side !== 'system') this.#typed(undefined);
    }
    return fresh;
  }

  /** Sends the waiting messages; the server stores each once. */
  protected flush(): void {
    if (!this.live) return;
    for (const unsent of this.waiting()) this.transmit({ type: 'send', message: sendableOf(unsent) });
  }

  /** Without a socket: sends the waiting messages and takes the new ones. @throws ApiError, OfflineError */
  protected async exchange(): Promise<void> {
    for (const unsent of this.waiting()) {
      await this.#api.send(this.id, sendableOf(unsent)).catch((error) => {
        const code = refusalOf(error);
        if (!code) throw error;
        this.refuse(unsent.client_message_id, code);
      });
    }
    // A message sent just now arrives in its place among the others', so no seq is skipped.
    this.came((await this.#api.after(this.id, this.timeline.last)).messages);
  }

  /** The messages to send; text that no server accepts is refused here, so it cannot block the others. */
  protected waiting(): readonly Unsent[] {
    const waiting = this.unsent.filter((each) => !each.refused);
    for (const unsent of waiting) if (!canBeSent(unsent)) this.refuse(unsent.client_message_id, 'invalid');
    return waiting.filter(canBeSent);
  }

  protected refuse(clientMessageId: string, code: string): void {
    this.#unsent.refuse(clientMessageId, code);
  }

  protected rest(): void {
    clearTimeout(this.#typingEnds);
    clearTimeout(this.#resend);
  }

  #refused({ client_message_id, code, retry, retry_after }: Extract<FromServer, { type: 'nack' }>): void {
    if (retry) {
      clearTimeout(this.#resend);
      this.#resend = setTimeout(() => this.flush(), (retry_after ?? 2) * 1_000);
    } else this.refuse(client_message_id, code);
  }

  #typed(name: string | undefined): void {
    clearTimeout(this.#typingEnds);
    if (name !== undefined) {
      this.#typingEnds = setTimeout(() => {
        this.#typed(undefined);
        this.changed();
      }, typingTimeout);
    }
    this.typing = name;
  }
}

/** The refusal as a socket would report it; undefined if a retry may succeed. */
export function refusalOf(error: unknown): NackCode | undefined {
  if (!(error instanceof ApiError)) return undefined;
  if (error.code === 'chat_state') return 'closed';
  if (error.code === 'product_unknown') return 'no_product';
  return [400, 413, 422].includes(error.status) ? 'invalid' : undefined;
}
