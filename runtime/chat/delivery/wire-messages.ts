// Message rows → messages of the contract, with current product cards and the facts about attachments.
import type { AttachmentFacts } from '../../../sql/store/chat/attachments.ts';
import type { MessageRow } from '../../../sql/store/chat/messages.ts';
import type { WireAttachment, WireMessage } from '../../contract/chat-message.ts';
import type { ProductCard } from '../../contract/product.ts';
import type { Stored } from './message-writer.ts';

export interface MessageLookups {
  products(ids: readonly string[]): Promise<ReadonlyMap<string, ProductCard>>;
  attachments(ids: readonly string[]): Promise<ReadonlyMap<string, AttachmentFacts>>;
}

export class WireMessages {
  readonly #lookups: MessageLookups;

  constructor(lookups: MessageLookups) {
    this.#lookups = lookups;
  }

  async of(rows: readonly MessageRow[]): Promise<WireMessage[]> {
    const productIds = rows.flatMap((row) => row.product_id ?? []);
    const attachmentIds = rows.flatMap((row) => row.attachment_id ?? []);
    if (productIds.length + attachmentIds.length === 0) return rows.map((row) => this.text(row));
    const [products, attachments] = await Promise.all([
      this.#lookups.products(productIds),
      this.#lookups.attachments(attachmentIds),
    ]);
    return rows.map((row) => {
      const file = row.attachment_id === null ? undefined : attachments.get(row.attachment_id);
      return {
        ...this.text(row),
        product: (row.product_id === null ? undefined : products.get(row.product_id)) ?? null,
        attachment: file ? wireAttachment(row.session_id, file) : null,
      };
    });
  }

  /** Converts a row that needs no look-up. */
  text(row: MessageRow): WireMessage {
    return {
      id: `${row.session_id}-${row.seq}`,
      session_id: row.session_id,
      seq: row.seq,
      client_message_id: row.client_message_id,
      side: row.side,
      is_staff: row.side === 'staff',
      sender_name: row.sender_name,
      kind: row.kind,
      body: row.body,
      product: null,
      attachment: null,
      created_at: row.created_at.toISOString(),
    };
  }
}

export function wireAttachment(sessionId: string, file: AttachmentFacts): WireAttachment {
  return {
    id: file.attachment_id,
    type: file.type,
    name: file.name,
    bytes: file.bytes,
    url: `/api/chat-sessions/${sessionId}/attachments/${file.attachment_id}`,
  };
}

/** The row of a message that was just stored. */
export function storedRow({ message, seq, created_at }: Stored): MessageRow {
  return {
    session_id: message.sessionId,
    seq,
    client_message_id: message.clientMessageId,
    side: message.side,
    sender: message.sender,
    sender_name: message.senderName,
    kind: message.kind,
    body: message.body,
    product_id: message.productId,
    attachment_id: message.attachmentId,
    created_at,
  };
}
