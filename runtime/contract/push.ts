// The push routes: subscribe, choose topics, report what happened to a notification.
//
// The browser receives Declarative Web Push: {"web_push": 8030, "notification": {title, body, navigate, icon?, tag?,
// app_badge?, data?: {beacon}}}. `navigate` is a path of the shop, or a URL of its own origin. A service
// worker that receives the message shows it, opens no other URL, and posts `beacon` to /api/push-events.
import { z } from 'zod';
import { route } from './route.ts';

export const pushTopic = z.enum(['orders', 'prices', 'stock', 'news', 'bag']);
export type WirePushTopic = z.output<typeof pushTopic>;

const endpoint = z.string().min(1).max(2_048);
const base64url = (least: number, most: number) =>
  z
    .string()
    .min(least)
    .max(most)
    .regex(/^[\w-]+=*$/, 'expected base64url');

/** Bytes in either base64 alphabet: browsers give base64url, `btoa` gives `+`, `/` and padding. Becomes base64url. */
const anyBase64 = (least: number, most: number) =>
  z
    .string()
    .min(least)
    .max(most)
    .regex(/^[\w+/-]+=*$/, 'expected base64url or base64')
    .transform((text) => text.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, ''));
const [p256dh, auth] = [anyBase64(80, 100), anyBase64(20, 40)];

const locale = z
  .string()
  .regex(/^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$/)
  .max(35)
  .optional();

/** A subscription as PushManager returns it, the key that it was created with, and the language of its user. */
export const subscriptionKeys = {
  endpoint,
  keys: z.strictObject({ p256dh, auth }),
  public_key: base64url(80, 100),
  locale,
};

const owner = {
  headers: z.object({
    /** The visitor when nobody is signed in: an id that the browser generated. */
    'x-couture-visitor': z
      .string()
      .regex(/^[\w-]{8,100}$/)
      .optional(),
  }),
  tag: 'push',
  access: 'welcome',
} as const;

const saved = z.object({
  /** Number of the subscription; the same each time it is saved. */
  id: z.number().int(),
  /** The topics that the browser is subscribed to. */
  topics: z.array(pushTopic),
});

export const pushRoutes = {
  key: route({
    method: 'GET',
    path: '/api/push/public-key',
    summary: 'Read the key to subscribe with; a browser subscribed with another key subscribes again',
    tag: 'push',
    access: 'public',
    answers: {
      200: z.object({
        public_key: z.string(),
        /** Whether the shop sends reminders of bags: the topic `bag`. */
        bag: z.boolean(),
      }),
    },
  }),
  save: route({
    ...owner,
    method: 'POST',
    path: '/api/push-subscriptions',
    summary: 'Save or refresh this browser’s subscription for the signed-in customer or the visitor',
    body: z
      .strictObject({
        endpoint,
        keys: z.strictObject({ p256dh, auth }).optional(),
        /** Instead of `keys`, as the clients of the original specification send them. */
        p256dh: p256dh.optional(),
        auth: auth.optional(),
        /** The shop's key that the subscription was created with; default: the current key. */
        public_key: base64url(80, 100).optional(),
        /** When omitted, topics stay as they are; a new subscription gets all but news and bag. */
        topics: z.array(pushTopic).max(5).optional(),
        /** Version of the text that was shown when the topics were chosen. A refresh without topics keeps the stored one. */
        consent_version: z
          .string()
          .regex(/^[\w.-]{1,40}$/)
          .optional(),
        /** Whether the page runs as an installed app now. */
        installed: z.boolean().optional(),
        locale,
        time_zone: z
          .string()
          .max(64)
          .regex(/^[\w+/-]+$/)
          .optional(),
        /** Endpoint of the subscription to replace; it is removed if it has the same owner. */
        replaces: endpoint.optional(),
      })
      .transform(({ p256dh, auth, ...body }, context) => {
        const keys = body.keys ?? (p256dh !== undefined && auth !== undefined ? { p256dh, auth } : undefined);
        if (keys) return { ...body, keys };
        context.addIssue({ code: 'custom', path: ['keys'], message: 'expected {"p256dh": …, "auth": …}' });
        return z.NEVER;
      }),
    answers: { 201: saved, 200: saved },
    problems: [400, 401, 403, 413, 415],
  }),
  remove: route({
    ...owner,
    method: 'POST',
    path: '/api/push-subscriptions/remove',
    summary: 'Remove your own subscription of this endpoint; a no-op if there is none',
    body: z.strictObject({ endpoint }),
    answers: { 204: null },
    problems: [400, 401, 403, 413, 415],
  }),
  event: route({
    method: 'POST',
    path: '/api/push-events',
    summary: 'Report that a notification was shown, clicked or dismissed',
    tag: 'push',
    access: 'public',
    body: z.strictObject({
      beacon: z.string().max(100),
      type: z.enum(['show', 'click', 'dismiss']),
      /** Seconds since it happened, when the browser was offline then. */
      age: z.number().int().min(0).max(604_800).optional(),
    }),
    bodyTypes: ['text/plain'],
    bodyBytes: 1_024,
    answers: { 204: null },
    problems: [400, 413, 415],
  }),
};
