// Messages that wait in chats which the agent has left for another one: nobody comes back to a chat only to have its reply sent.
import type { FromServer, ToConsole } from '../../runtime/contract/chat-protocol.ts';
import type { ChatApi } from '../chat/chat-api.ts';
import { refusalOf } from '../chat/conversation-base.ts';
import { canBeSent, sendableOf, type Unsent, type UnsentMessages } from '../chat/unsent.ts';

export class LeftMessages {
  readonly #unsent: UnsentMessages;
  readonly #send: (frame: object) => boolean;
  #again: ReturnType<typeof setTimeout> | undefined;

  /** @param send sends a frame over the console's socket */
  constructor(unsent: UnsentMessages, send: (frame: object) => boolean) {
    this.#unsent = unsent;
    this.#send = send;
  }

  /** Sends them; the server stores each once. @param open id of the chat that is open, which sends its own */
  flush(open: string | undefined): void {
    for (const each of this.#waiting(open))
      this.#send({ type: 'send', session_id: each.session_id, message: sendableOf(each) });
  }

  /** Handles the answer to one of them. @returns whether it was one */
  take(frame: FromServer | ToConsole, open: string | undefined): boolean {
    if (frame.type !== 'ack' && frame.type !== 'nack') return false;
    const { client_message_id: id } = frame;
    if (!this.#waiting(open).some((each) => each.client_message_id === id)) return false;
    if (frame.type === 'ack') this.#unsent.remove(id);
    else if (!frame.retry) this.#unsent.refuse(id, frame.code);
    else {
      clearTimeout(this.#again);
      this.#again = setTimeout(() => this.flush(open), (frame.retry_after ?? 2) * 1_000);
    }
    return true;
  }

  /** Without a socket: sends them by plain requests. @throws ApiError, OfflineError */
  async exchange(api: ChatApi, open: string | undefined): Promise<void> {
    for (const each of this.#waiting(open)) {
      const { session_id, client_message_id: id } = each;
      try {
        await api.send(session_id, sendableOf(each));
        this.#unsent.remove(id);
      } catch (error) {
        const code = refusalOf(error);
        if (!code) throw error;
        this.#unsent.refuse(id, code);
      }
    }
  }

  /** Stops the timer. */
  rest(): void {
    clearTimeout(this.#again);
  }

  /** One that no server accepts waits for its writer. */
  #waiting(open: string | undefined): readonly Unsent[] {
    return this.#unsent.waiting.filter((each) => each.session_id !== open && canBeSent(each));
  }
}
