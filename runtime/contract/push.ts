// Push messages: browsers that take them, what of, and what became of a notification.
//
// What arrives in a browser is Declarative Web Push: {"web_push": 8030, "notification": {title, body, navigate, icon?, tag?,
// app_badge?, data?: {beacon}}}. `navigate` is a path of the shop, or an address of its own origin; a service worker that
// is handed the message shows it, opens nothing else, and says `beacon` to POST /api/push-events.
import { z } from 'zod';
import { route } from './route.ts';

export const pushTopic = z.enum(['orders', 'prices', 'stock', 'news']);
export type WirePushTopic = z.output<typeof pushTopic>;

const endpoint = z.string().min(1).max(2_048);
const base64url = (least: number, most: number) =>
  z
    .string()
    .min(least)
    .max(most)
    .regex(/^[\w-]+=*$/, 'expected base64url');

const owner = {
  headers: z.object({
    /** The visitor where nobody is signed in: an id that the browser made up. */
    'x-couture-visitor': z
      .string()
      .regex(/^[\w-]{8,100}$/)
      .optional(),
  }),
  tag: 'push',
  access: 'welcome',
} as const;

const saved = z.object({
  /** What the browser is told of. */
  topics: z.array(pushTopic),
});

export const pushRoutes = {
  key: route({
    method: 'GET',
    path: '/api/push/public-key',
    summary: 'The key that browsers subscribe with; one that has another subscribes anew',
    tag: 'push',
    access: 'public',
    answers: { 200: z.object({ public_key: z.string() }) },
  }),
  save: route({
    ...owner,
    method: 'POST',
    path: '/api/push-subscriptions',
    summary:
      'Save this browser’s subscription, or say that it is still there; it is the signed-in customer’s or the visitor’s',
    body: z.strictObject({
      endpoint,
      keys: z.strictObject({ p256dh: base64url(80, 100), auth: base64url(20, 40) }),
      /** The key of the shop that it was made with; unset: the one that counts now. */
      public_key: base64url(80, 100).optional(),
      /** Unset: as they are; a new one is told of all but news. */
      topics: z.array(pushTopic).max(4).optional(),
      locale: z
        .string()
        .regex(/^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$/)
        .max(35)
        .optional(),
      time_zone: z
        .string()
        .max(64)
        .regex(/^[\w+/-]+$/)
        .optional(),
      /** The subscription that it takes the place of; removed if it is the same owner’s. */
      replaces: endpoint.optional(),
    }),
    answers: { 201: saved, 200: saved },
    problems: [400, 401, 403, 413, 415],
  }),
  remove: route({
    ...owner,
    method: 'POST',
    path: '/api/push-subscriptions/remove',
    summary: 'Remove the own subscription of this endpoint; it may be gone already',
    body: z.strictObject({ endpoint }),
    answers: { 204: null },
    problems: [400, 401, 403, 413, 415],
  }),
  event: route({
    method: 'POST',
    path: '/api/push-events',
    summary: 'Say that a notification was clicked or dismissed',
    tag: 'push',
    access: 'public',
    body: z.strictObject({ beacon: z.string().max(100), type: z.enum(['click', 'dismiss']) }),
    bodyTypes: ['text/plain'],
    bodyBytes: 1_024,
    answers: { 204: null },
    problems: [400, 413, 415],
  }),
};
