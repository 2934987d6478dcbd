// The events that webhooks send: their types and bodies, as in the OpenAPI document.
import { z } from 'zod';

const chat = z.object({
  chat_id: z.uuid(),
  /** Sequence number of the message in the chat, by which events of a chat can be ordered. */
  seq: z.number().int(),
  /** Null for a guest. */
  customer_id: z.string().nullable(),
  /** Null: for every agent. */
  team: z.string().nullable(),
  /** Subject of the agent who acted, or has the chat; null: none. */
  agent: z.string().nullable(),
});

function event<Type extends string, Data extends z.ZodType>(type: Type, id: string, data: Data) {
  return z
    .object({
      type: z.literal(type),
      /** When it happened. */
      timestamp: z.iso.datetime(),
      data,
    })
    .meta({ id });
}

/** Type of an event → its summary and body. */
export const webhookEvents = {
  'chat.opened': {
    summary: 'A shopper has sent the first message of a chat',
    body: event('chat.opened', 'ChatOpenedEvent', chat),
  },
  'chat.message': {
    summary: 'A shopper or an agent has sent a message',
    body: event(
      'chat.message',
      'ChatMessageEvent',
      z.object({
        ...chat.shape,
        side: z.enum(['shopper', 'staff']),
        kind: z.enum(['text', 'product', 'attachment']),
        /** Only of messages of text, and only for receivers that asked for it. */
        text: z.string().optional(),
      }),
    ),
  },
  'chat.resolved': {
    summary: 'An agent has resolved a chat, or it was quiet for too long; its shopper can reopen it',
    body: event('chat.resolved', 'ChatResolvedEvent', chat),
  },
  'chat.closed': {
    summary: 'A chat was closed for good, resolved before or not',
    body: event('chat.closed', 'ChatClosedEvent', chat),
  },
  'order.after_chat': {
    summary: 'A signed-in customer has ordered within some days after a chat',
    body: event(
      'order.after_chat',
      'OrderAfterChatEvent',
      z.object({ ...chat.omit({ seq: true }).shape, customer_id: z.string(), order_id: z.string() }),
    ),
  },
} as const;

export type WebhookEventType = keyof typeof webhookEvents;
export const webhookEventTypes = Object.keys(webhookEvents) as WebhookEventType[];

/** Headers of each request, as Standard Webhooks has them. */
export const webhookHeaders = z.object({
  /** The same for each attempt. */
  'webhook-id': z.uuid(),
  /** When the attempt began, in seconds since 1970. */
  'webhook-timestamp': z.string().regex(/^\d+$/),
  /** `v1,` and the signature in base64; several are separated by spaces. */
  'webhook-signature': z.string(),
});
