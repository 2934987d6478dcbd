// Sending, whichever way a message comes: its sender is who the socket or request belongs to, a product's card is made
// from the shop, a file must have been uploaded to this chat by this side. Then it goes to the writer.
import type { Pool } from '../../../sql/pool.ts';
import { attachmentFacts } from '../../../sql/store/chat/attachments.ts';
import type { Appended, ChatSide, NewMessage } from '../../../sql/store/chat/messages.ts';
import type { Outgoing } from '../../contract/chat-message.ts';
import type { FromServer, NackCode } from '../../contract/chat-protocol.ts';
import { nackCodes } from '../../contract/chat-protocol.ts';
import type { ProductCard } from '../../contract/product.ts';
import type { Log } from '../../core/log.ts';
import type { ChatLimits } from '../chat-limits.ts';
import type { MessageWriter } from './message-writer.ts';

/** Who a message is from, as the server knows it. */
export interface Sender {
  readonly side: ChatSide;
  /** Subject of an agent; null: the shopper. */
  readonly sub: string | null;
  readonly name: string | null;
  readonly person: string;
  readonly address: string;
}

export type Sent =
  | { readonly outcome: 'stored' | 'repeated'; readonly seq: number; readonly created_at: Date }
  | { readonly outcome: 'refused'; readonly code: NackCode; readonly retryAfter?: number };

export interface MessageParts {
  readonly pool: Pool;
  readonly writer: MessageWriter;
  readonly limits: ChatLimits;
  readonly log: Log;
  readonly products: (ids: readonly string[]) => Promise<ReadonlyMap<string, ProductCard>>;
  /** The id as the shop writes it; undefined where it can be none. */
  readonly productId: (text: string) => string | undefined;
}

export class Messages {
  readonly #parts: MessageParts;

  constructor(parts: MessageParts) {
    this.#parts = parts;
  }

  /** Texts are handed to the writer before this returns, so that they are stored in the order in which they came. */
  async send(sessionId: string, sender: Sender, outgoing: Outgoing): Promise<Sent> {
    const seconds = this.#parts.limits.send(sender.person, sender.address);
    if (seconds > 0) return { outcome: 'refused', code: 'too_many', retryAfter: seconds };
    try {
      const message =
        'body' in outgoing
          ? newMessage(sessionId, sender, outgoing.client_message_id, 'text', outgoing.body)
          : await this.#looked(sessionId, sender, outgoing);
      if (typeof message === 'string') return { outcome: 'refused', code: message };
      return sentAs(await this.#parts.writer.add(message));
    } catch (error) {
      // Data that Postgres does not take (class 22) it will not take later either.
      if (/^22/.test((error as { code?: string }).code ?? '')) return { outcome: 'refused', code: 'invalid' };
      this.#parts.log.warn({ err: error }, 'a chat message could not be stored');
      return { outcome: 'refused', code: 'unavailable' };
    }
  }

  /** With what has to be looked up first; or why not. */
  async #looked(
    sessionId: string,
    sender: Sender,
    outgoing: Exclude<Outgoing, { body: string }>,
  ): Promise<NewMessage | NackCode> {
    const { client_message_id: id } = outgoing;
    if ('attachment_id' in outgoing) {
      const file = (await attachmentFacts(this.#parts.pool, [outgoing.attachment_id])).get(
        outgoing.attachment_id,
      );
      // Whether it is of this chat and side is asked where the message is stored.
      if (!file) return 'no_attachment';
      return {
        ...newMessage(sessionId, sender, id, 'attachment', file.name),
        attachmentId: file.attachment_id,
      };
    }
    const productId = this.#parts.productId(outgoing.product_id);
    if (sender.side !== 'staff' || productId === undefined) return 'no_product';
    const card = (await this.#parts.products([productId])).get(productId);
    return card ? { ...newMessage(sessionId, sender, id, 'product', card.name), productId } : 'no_product';
  }
}

/** The frame by which a sender hears what became of it. */
export function answerTo(clientMessageId: string, sent: Sent): FromServer {
  if (sent.outcome === 'refused') {
    const { code, retryAfter } = sent;
    return {
      type: 'nack',
      client_message_id: clientMessageId,
      code,
      retry: nackCodes[code],
      ...(retryAfter === undefined ? {} : { retry_after: retryAfter }),
    };
  }
  return {
    type: 'ack',
    client_message_id: clientMessageId,
    seq: sent.seq,
    created_at: sent.created_at.toISOString(),
  };
}

/** What the schema refuses is refused to its sender alone, and named. */
export function refusalOf(clientMessageId: string, detail: string): FromServer {
  return {
    type: 'nack',
    client_message_id: clientMessageId,
    code: 'invalid',
    retry: nackCodes.invalid,
    detail,
  };
}

function newMessage(
  sessionId: string,
  { side, sub, name }: Sender,
  clientMessageId: string,
  kind: NewMessage['kind'],
  body: string,
): NewMessage {
  const sender = side === 'staff' ? sub : null;
  return {
    sessionId,
    clientMessageId,
    side,
    sender,
    senderName: name,
    kind,
    body,
    productId: null,
    attachmentId: null,
  };
}

function sentAs(appended: Appended): Sent {
  if (appended.outcome === 'stored' || appended.outcome === 'repeated')
    return { ...appended, outcome: appended.outcome };
  return { outcome: 'refused', code: appended.outcome };
}
