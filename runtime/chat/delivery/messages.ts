// Sends messages from sockets and HTTP alike: the sender is the holder of the socket or request, product names come from
// the shop, and an attachment must have been uploaded to this chat by this side. Then the writer stores the message.
import type { Pool } from '../../../sql/pool.ts';
import { attachmentFacts } from '../../../sql/store/chat/attachments.ts';
import type { Appended, ChatSide, NewMessage } from '../../../sql/store/chat/messages.ts';
import type { Outgoing } from '../../contract/chat-message.ts';
import type { FromServer, NackCode } from '../../contract/chat-protocol.ts';
import { nackCodes } from '../../contract/chat-protocol.ts';
import type { ProductCard } from '../../contract/product.ts';
import { reportError } from '../../core/errors.ts';
import type { Log } from '../../core/log.ts';
import { FailureLog } from '../../work/failure-log.ts';
import type { ChatLimits } from '../chat-limits.ts';
import type { MessageWriter } from './message-writer.ts';

/** The sender as the server knows it, never as the client claims. */
export interface Sender {
  readonly side: ChatSide;
  /** Subject of an agent; null for the shopper. */
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
  readonly log: Pick<Log, 'warn'>;
  readonly products: (ids: readonly string[]) => Promise<ReadonlyMap<string, ProductCard>>;
  /** The id in the shop's own form; undefined if it cannot be a product id. */
  readonly productId: (text: string) => string | undefined;
}

export class Messages {
  readonly #parts: MessageParts;
  /** While Postgres is away, every open chat sends its messages again every few seconds. */
  readonly #failures: FailureLog;

  constructor(parts: MessageParts) {
    this.#parts = parts;
    this.#failures = new FailureLog((facts) => parts.log.warn(facts, 'failed to store a chat message'));
  }

  /** Queues texts before it first awaits, so that they are stored in the order in which they arrived. */
  async send(sessionId: string, sender: Sender, outgoing: Outgoing): Promise<Sent> {
    const seconds = this.#parts.limits.send(sender.person, sender.address);
    if (seconds > 0) return { outcome: 'refused', code: 'too_many', retryAfter: seconds };
    try {
      const message =
        'body' in outgoing
          ? newMessage(sessionId, sender, outgoing.client_message_id, 'text', outgoing.body)
          : await this.#withLookup(sessionId, sender, outgoing);
      if (typeof message === 'string') return { outcome: 'refused', code: message };
      return sentAs(await this.#parts.writer.add(message));
    } catch (error) {
      // Postgres rejects invalid data (class 22) on every attempt, so don't invite a retry.
      if (/^22/.test((error as { code?: string }).code ?? '')) return { outcome: 'refused', code: 'invalid' };
      this.#failures.add({ code: reportError(error).code, err: error });
      return { outcome: 'refused', code: 'unavailable' };
    }
  }

  /** Looks up the product or attachment; returns the reason for a refusal if there is none. */
  async #withLookup(
    sessionId: string,
    sender: Sender,
    outgoing: Exclude<Outgoing, { body: string }>,
  ): Promise<NewMessage | NackCode> {
    const { client_message_id: id } = outgoing;
    if ('attachment_id' in outgoing) {
      const file = (await attachmentFacts(this.#parts.pool, [outgoing.attachment_id])).get(
        outgoing.attachment_id,
      );
      // The SQL that stores the message checks that the attachment is of this chat and side.
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

/** The `ack` or `nack` for the sender. */
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

/** The `nack` for a message that doesn't match the schema, with the reason. */
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
