// Messages that were written and not yet acknowledged: they outlive the page, and are sent again with the same id until
// the server has answered, so that each is stored once.
import type { WireAttachment } from '../../runtime/contract/chat-message.ts';
import { saved } from '../state/saved.ts';
import type { Content, Sendable } from './chat-api.ts';

export interface Unsent {
  readonly session_id: string;
  readonly client_message_id: string;
  readonly content: Content;
  /** What the bubble shows where the content is not its words. */
  readonly shown: string;
  readonly attachment?: WireAttachment;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Why the server will not have it; absent while it is being sent. */
  readonly refused?: string;
}

/** More are not kept: somebody who writes so many without a network is no shopper. */
const most = 50;

export class UnsentMessages {
  readonly #store;

  constructor(key: string) {
    this.#store = saved<readonly Unsent[]>(key, [], (value) =>
      Array.isArray(value) ? value.filter(isUnsent).slice(-most) : undefined,
    );
  }

  of(sessionId: string): readonly Unsent[] {
    return this.#store.read().filter((each) => each.session_id === sessionId);
  }

  add(unsent: Unsent): void {
    this.#store.write([...this.#store.read(), unsent].slice(-most));
  }

  remove(clientMessageId: string): void {
    this.#store.write(this.#store.read().filter((each) => each.client_message_id !== clientMessageId));
  }

  refuse(clientMessageId: string, refused: string | undefined): void {
    this.#store.write(
      this.#store.read().map((each) => {
        if (each.client_message_id !== clientMessageId) return each;
        const { refused: _, ...rest } = each;
        return refused === undefined ? rest : { ...rest, refused };
      }),
    );
  }

  clear(): void {
    this.#store.clear();
  }

  /** Calls back when another tab has written or sent. */
  watch(listener: () => void): void {
    this.#store.watch(listener);
  }
}

export function sendableOf({ client_message_id, content }: Unsent): Sendable {
  return { client_message_id, ...content };
}

function isUnsent(value: unknown): value is Unsent {
  const { session_id, client_message_id, content, at } = (value ?? {}) as Partial<Unsent>;
  return (
    typeof session_id === 'string' &&
    typeof client_message_id === 'string' &&
    typeof content === 'object' &&
    content !== null &&
    typeof at === 'number'
  );
}
