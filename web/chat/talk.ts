// What both sides of a chat have in common: its messages, those still to be sent, who types. Frames come and go by a
// socket that is the shopper's of this chat, or the agent's of all chats.
import type { WireAttachment, WireMessage } from '../../runtime/contract/chat-message.ts';
import type { FromServer } from '../../runtime/contract/chat-protocol.ts';
import type { WireSession } from '../../runtime/contract/chat-session.ts';
import { newId } from '../state/new-id.ts';
import { Store } from '../state/store.ts';
import type { ChatApi, Content } from './chat-api.ts';
import { Timeline } from './timeline.ts';
import { canBeSent, sendableOf, type Unsent, type UnsentMessages } from './unsent.ts';

/** Milliseconds for which somebody types on unless they say so again, and between two times that one says it. */
const typingStands = 6_000;
const typingPause = 2_500;
/** Messages of one step back. */
const olderAtOnce = 100;

export abstract class Talk extends Store {
  readonly id: string;
  /** Who of the other side is typing; '' has no name. */
  typing: string | undefined;
  /** Whether all from before has come, and what is sent now arrives. */
  protected live = false;
  protected readonly timeline = new Timeline();
  readonly #side: 'shopper' | 'staff';
  readonly #api: ChatApi;
  readonly #unsent: UnsentMessages;
  #toldTyping = 0;
  #typingEnds: ReturnType<typeof setTimeout> | undefined;
  #resend: ReturnType<typeof setTimeout> | undefined;

  constructor(id: string, side: 'shopper' | 'staff', api: ChatApi, unsent: UnsentMessages) {
    super();
    this.id = id;
    this.#side = side;
    this.#api = api;
    this.#unsent = unsent;
  }

  /** Hands a frame of this chat to the socket. */
  protected abstract transmit(frame: { readonly type: string } & Record<string, unknown>): boolean;
  /** The chat as the server says that it is now. */
  protected abstract become(session: WireSession): void;

  get messages(): readonly WireMessage[] {
    return this.timeline.messages;
  }

  get unsent(): readonly Unsent[] {
    return this.#unsent.of(this.id).filter((each) => !this.timeline.has(each.client_message_id));
  }

  /** Whether messages that wait outlive the page. */
  get isKept(): boolean {
    return this.#unsent.isKept;
  }

  get hasOlder(): boolean {
    return this.timeline.first > 1;
  }

  /** @returns false where too many messages wait already: then the words stay where they are */
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

  /** Tries one that was refused again. */
  retry(unsent: Unsent): void {
    this.#unsent.retry(unsent);
    this.flush();
    this.changed();
  }

  drop(unsent: Unsent): void {
    this.#unsent.remove(unsent.client_message_id);
    this.changed();
  }

  /** One writes, or has stopped. */
  type(on: boolean): void {
    const now = Date.now();
    if (on ? now - this.#toldTyping < typingPause : this.#toldTyping === 0) return;
    this.#toldTyping = on ? now : 0;
    if (this.live) this.transmit({ type: 'typing', on });
  }

  /** Messages from before those that are there. */
  async older(): Promise<void> {
    const after = Math.max(0, this.timeline.first - 1 - olderAtOnce);
    this.timeline.take((await this.#api.after(this.id, after)).messages);
    this.changed();
  }

  /** Takes a frame that is about this chat. */
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
        // The message itself comes too, in its place; until then the bubble waits. One of long ago has come before.
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

  /** @returns those that are new */
  protected came(messages: readonly WireMessage[]): readonly WireMessage[] {
    const fresh = this.timeline.take(messages);
    for (const { side, client_message_id } of fresh) {
      // What has come back was stored, whether or not its acknowledgement arrived.
      if (side === this.#side) this.#unsent.remove(client_message_id);
      else if (side !== 'system') this.#typed(undefined);
    }
    return fresh;
  }

  /** Sends what waits; the server stores each once. */
  protected flush(): void {
    if (!this.live) return;
    for (const unsent of this.waiting()) this.transmit({ type: 'send', message: sendableOf(unsent) });
  }

  /** Those to be sent; what no server takes is refused here, and is in nobody's way. */
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
      }, typingStands);
    }
    this.typing = name;
  }
}
