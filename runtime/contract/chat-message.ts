// Messages of a chat as they cross the wire, by REST and by socket alike.
import { z } from 'zod';
import { askedId, productCard } from './product.ts';
import { isStorable, isVisible, longestMessage, plainText } from './text.ts';

/** What a person writes: shown as text and never as markup. Control characters are made harmless, not refused. */
export function written(most: number) {
  return z
    .string()
    .overwrite(plainText)
    .min(1)
    .max(most)
    .refine(isVisible, 'expected something to see')
    .refine(isStorable, 'expected whole characters, and no U+0000');
}

export const sessionId = z.uuid('expected a UUID');
/** Made by the sender, new for each message, the same when it is sent again. */
export const clientMessageId = z.uuid('expected a UUID');

export const attachment = z
  .object({
    id: z.uuid(),
    /** image/png, image/jpeg, image/gif, image/webp or application/pdf, by its content. */
    type: z.string(),
    name: z.string(),
    bytes: z.number().int(),
    /** Where those of the chat get it. */
    url: z.string(),
  })
  .meta({ id: 'ChatAttachment' });
export type WireAttachment = z.output<typeof attachment>;

export const chatMessage = z
  .object({
    /** `<session>-<seq>`: what POST /api/chat-messages/:id/mark_read takes. */
    id: z.string(),
    session_id: z.uuid(),
    /** 1, 2, 3 … in its session, without a gap: the order that all see. */
    seq: z.number().int(),
    client_message_id: z.uuid(),
    side: z.enum(['shopper', 'staff', 'system']),
    /** By the sender's rights, never by what the sender says. */
    is_staff: z.boolean(),
    sender_name: z.string().nullable(),
    kind: z.enum(['text', 'product', 'attachment', 'event']),
    /**
     * Text, to be shown as text: links in it are text. Of a product its name, of an attachment the file's, of an event
     * one of assigned, transferred, returned, resolved, closed, reopened.
     */
    body: z.string(),
    /** The product as it is now; null where it is no product message, or the shop has it no more. */
    product: productCard.nullable(),
    attachment: attachment.nullable(),
    created_at: z.iso.datetime(),
  })
  .meta({ id: 'ChatMessage' });
export type WireMessage = z.output<typeof chatMessage>;

const id = { client_message_id: clientMessageId };

/** What is sent: words, a file that was uploaded before, or (staff) a product, of which the server makes the card. */
export const outgoing = z.union([
  z.strictObject({ ...id, body: written(longestMessage) }),
  z.strictObject({ ...id, attachment_id: z.uuid() }),
  z.strictObject({
    ...id,
    product_id: askedId,
  }),
]);
export type Outgoing = z.output<typeof outgoing>;

/** The cart as the widget reports it: ids and quantities; what things cost is looked up. */
export const reportedCart = z
  .array(
    z.object({
      product_id: askedId,
      quantity: z.number().int().min(1).max(999),
    }),
  )
  .max(50);

/** The page that the shopper is on; its query and fragment are cut off before it is kept. */
export const reportedPage = z.string().min(1).max(2_000);
