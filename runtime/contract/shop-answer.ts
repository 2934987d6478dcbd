// Answers from the shop's own data: about orders, returns, stock, similar products and opening hours. For shoppers before a
// chat starts, and for agents as suggested replies.
import { z } from 'zod';
import { reportedPage } from './chat-message.ts';
import { ofSession } from './chat-session.ts';
import { askedId, listedProduct, wireId } from './product.ts';
import { route } from './route.ts';
import { locales } from './shop.ts';

export const answerTopics = ['order', 'return', 'stock', 'similar', 'hours'] as const;
export type AnswerTopic = (typeof answerTopics)[number];

/** How far an order is, where the shop's status says so in words that are known; from the first to the last. */
export const orderStages = [
  'processing',
  'partly_shipped',
  'shipped',
  'out_for_delivery',
  'ready',
  'delivered',
  'completed',
  'cancelled',
  'refunded',
] as const;
export type OrderStage = (typeof orderStages)[number];

const answeredOrder = z.object({
  /** What the shopper knows the order by. */
  number: z.string(),
  ordered_at: z.iso.datetime(),
  stage: z.enum(orderStages).nullable(),
  /** As the shop writes it; null if its view has no status. */
  status: z.string().nullable(),
  tracking_url: z.string().nullable(),
  items: z.array(
    z.object({
      product_id: wireId,
      /** Null when the shop no longer has the product. */
      name: z.string().nullable(),
      quantity: z.number().int(),
      colour: z.string().optional(),
      size: z.string().optional(),
    }),
  ),
  /** Last day on which items can be returned, counted from the day of the order; null without a configured return window. */
  return_until: z.iso.date().nullable(),
});
export type AnsweredOrder = z.output<typeof answeredOrder>;

/** The answer in one or more sentences, ready to be shown or sent. */
const text = z.string();
const product = z.object({
  id: wireId,
  name: z.string(),
  url: z.string(),
});

export const shopAnswer = z
  .discriminatedUnion('topic', [
    z.object({ topic: z.literal('order'), text, orders: z.array(answeredOrder) }),
    z.object({
      topic: z.literal('return'),
      text,
      /** Length of the return window in days; null if only a text is configured. */
      days: z.number().int().nullable(),
      orders: z.array(answeredOrder),
    }),
    z.object({
      topic: z.literal('stock'),
      text,
      product,
      variants: z.array(
        z.object({
          id: wireId,
          colour: z.string().optional(),
          size: z.string().optional(),
          in_stock: z.boolean(),
        }),
      ),
    }),
    z.object({ topic: z.literal('similar'), text, product, products: z.array(listedProduct) }),
    z.object({
      topic: z.literal('hours'),
      text,
      open: z.boolean(),
      opens_at: z.iso.datetime().nullable(),
    }),
  ])
  .meta({ id: 'ShopAnswer' });
export type ShopAnswer = z.output<typeof shopAnswer>;

const language = z.enum(locales).optional();
const lookup = {
  language,
  /** The guest's order; without it, the newest orders of the signed-in customer. */
  order_number: z.string().trim().min(1).max(60).optional(),
  email: z.email().max(254).optional(),
};
/** A product by its id, or by the page on which the shopper is. */
const subject = {
  language,
  product_id: askedId.optional(),
  page: reportedPage.optional(),
};

export const askedAnswer = z.discriminatedUnion('topic', [
  z.strictObject({ topic: z.literal('order'), ...lookup }),
  z.strictObject({ topic: z.literal('return'), ...lookup }),
  z.strictObject({ topic: z.literal('stock'), ...subject, size: z.string().trim().max(60).optional() }),
  z.strictObject({ topic: z.literal('similar'), ...subject }),
  z.strictObject({ topic: z.literal('hours'), language }),
]);
export type AskedAnswer = z.output<typeof askedAnswer>;

export const suggestedReply = z.object({
  topic: z.enum(answerTopics),
  /** The reply, to be edited and sent by the agent. */
  text,
  /** Whether the shopper has asked for it; otherwise it fits the page or the customer's newest order. */
  asked: z.boolean(),
  /** What the answer is about: an order's number or a product's name. */
  about: z.string().nullable(),
});
export type SuggestedReply = z.output<typeof suggestedReply>;

const shared = { tag: 'chat' } as const;

export const shopAnswerRoutes = {
  offered: route({
    ...shared,
    method: 'GET',
    path: '/api/chat-answers',
    summary: 'Read which questions the shop’s data answers before a chat starts',
    access: 'public',
    answers: {
      200: z.object({
        topics: z.array(z.enum(answerTopics)),
        /** Whether guests can ask for an order by its number and an e-mail address. */
        guest_orders: z.boolean(),
      }),
    },
  }),
  ask: route({
    ...shared,
    method: 'POST',
    path: '/api/chat-answers',
    summary:
      'Answer a question from the shop’s data; orders only to their customer, or for their number and e-mail address',
    access: 'welcome',
    body: askedAnswer,
    answers: { 200: shopAnswer },
    problems: [400, 401, 404, 413, 415],
  }),
  suggest: route({
    ...ofSession,
    method: 'GET',
    path: '/api/chat-sessions/:id/suggestions',
    summary: 'Suggest replies from the shop’s data to what the shopper has written',
    tag: 'chat console',
    access: 'staff',
    answers: {
      200: z.object({
        suggestions: z.array(suggestedReply),
        /** Topics that were asked for and are not answered, since the shopper is not signed in. */
        not_verified: z.array(z.enum(answerTopics)),
      }),
    },
    problems: [400, 401, 403, 404],
  }),
};
