// The messages of one chat in the order of their seq, as they come: by socket, by REST, twice, or after a gap.
import type { WireMessage } from '../../runtime/contract/chat-message.ts';

export class Timeline {
  /** In order, each once. */
  messages: readonly WireMessage[] = [];

  /** Highest seq up to which nothing is missing between the first that is held and it; 0: none. */
  get last(): number {
    return this.messages.at(-1)?.seq ?? 0;
  }

  get first(): number {
    return this.messages[0]?.seq ?? 0;
  }

  /** @returns those that are new */
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
