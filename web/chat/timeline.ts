// The messages of one chat in the order of their seq, however they arrive: by socket, by REST, twice, or after a gap.
import type { WireMessage } from '../../runtime/contract/chat-message.ts';

export class Timeline {
  /** Ordered by seq, each once. */
  messages: readonly WireMessage[] = [];

  /** Highest seq; nothing is missing between the first message and it. 0: no messages. */
  get last(): number {
    return this.messages.at(-1)?.seq ?? 0;
  }

  get first(): number {
    return this.messages[0]?.seq ?? 0;
  }

  /** @returns the new messages */
  take(more: readonly WireMessage[]): readonly WireMessage[] {
    const known = new Set(this.messages.map(({ seq }) => seq));
    const fresh = more.filter(({ seq }) => !known.has(seq));
    if (fresh.length === 0) return [];
    const isNext = fresh[0]!.seq > this.last;
    this.messages = isNext
      ? [...this.messages, ...fresh]
      : [...this.messages, ...fresh].sort((a, b) => a.seq - b.seq);
    return fresh;
  }

  has(clientMessageId: string): boolean {
    return this.messages.some((message) => message.client_message_id === clientMessageId);
  }
}
