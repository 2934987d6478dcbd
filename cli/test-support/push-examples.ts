// Valid and invalid requests to the routes of messages, push and newsletters, and the settings they need.
import { signMailLink } from '../../runtime/recommendations/mail-link.ts';

interface Example {
  readonly path: string;
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}

/** Settings of a server with a local push service; nothing is sent to it. */
export const pushSettings = {
  vapidPublicKey: 'BFptQKUlswVBspH2cmC-IjglZG4Y7gzdHYNTTeoiB3r6-_coR9PTY7fZPHziwpXDbJBD1QqYIyogc4cf4z_kgnc',
  vapidPrivateKey: 'kbwtpMU3ZG8xc7LwAV7FIntjJvPFSSz-XghxWbC4DRY',
  pushHosts: 'localhost:9',
  pushPrivate: true,
  pushHttp2: true,
  mailListSecret: 'a secret of links in newsletters, of 32 and more',
};

const endpoint = 'https://localhost:9/push/a';
const keys = { p256dh: pushSettings.vapidPublicKey, auth: 'AAAAAAAAAAAAAAAAAAAAAA' };

/** The browser of an agent. */
export const agentDevice = { endpoint: `${endpoint}-agent`, keys, public_key: pushSettings.vapidPublicKey };

export function pushExamples(mine: Record<string, string>) {
  const forged = { Authorization: 'Bearer a.b.c' };
  const visitor = { 'X-Couture-Visitor': 'a-visitor-of-today' };
  const save = '/api/push-subscriptions';
  const remove = '/api/push-subscriptions/remove';
  const expires = Math.floor(Date.now() / 1_000) + 600;
  const link = signMailLink({ customerId: '7', expires, tracked: true }, pushSettings.mailListSecret);
  return {
    mailList: [
      { path: `/api/mail-lists/${link}?limit=3&lang=de`, status: 200 },
      { path: `/api/mail-lists/${link}?limit=13`, status: 400 },
      { path: `/api/mail-lists/${link.slice(1)}`, status: 404 },
    ],
    pushKey: [{ path: '/api/push/public-key', status: 200 }],
    saveBag: [
      { path: '/api/bag', status: 200, headers: mine, body: { items: [{ product_id: 6, quantity: 1 }] } },
      { path: '/api/bag', status: 400, headers: mine, body: { items: [{ product_id: 6, quantity: 0 }] } },
      { path: '/api/bag', status: 401, body: { items: [] } },
    ],
    savePushSubscription: [
      {
        path: save,
        status: 201,
        headers: mine,
        body: { endpoint, keys, topics: ['news'], time_zone: 'Europe/Berlin' },
      },
      { path: save, status: 200, headers: mine, body: { endpoint, keys, locale: 'de' } },
      {
        path: save,
        status: 201,
        headers: visitor,
        body: { endpoint: `${endpoint}b`, keys, replaces: endpoint },
      },
      {
        path: save,
        status: 403,
        headers: visitor,
        body: { endpoint, keys: { ...keys, auth: 'BBBBBBBBBBBBBBBBBBBBBB' } },
      },
      { path: save, status: 400, body: { endpoint, keys } },
      { path: save, status: 400, headers: mine, body: { endpoint: 'https://169.254.169.254/', keys } },
      { path: save, status: 400, headers: mine, body: { endpoint, keys: { ...keys, p256dh: 'x' } } },
      // 65 bytes that begin like a point, but are not on the curve.
      {
        path: save,
        status: 400,
        headers: mine,
        body: { endpoint, keys: { ...keys, p256dh: `BA${'A'.repeat(85)}` } },
      },
      { path: save, status: 400, headers: mine, body: { endpoint, keys, topics: ['everything'] } },
      { path: save, status: 400, headers: mine, body: { endpoint, keys, customer_id: 8 } },
      { path: save, status: 401, headers: forged, body: { endpoint, keys } },
    ],
    removePushSubscription: [
      { path: remove, status: 204, headers: visitor, body: { endpoint } },
      { path: remove, status: 204, headers: mine, body: { endpoint } },
      { path: remove, status: 400, headers: mine, body: {} },
      { path: remove, status: 401, headers: forged, body: { endpoint } },
    ],
    sendPushEvent: [
      {
        path: '/api/push-events',
        status: 204,
        body: { beacon: '1.1.AAAAAAAAAAAAAAAAAAAAAA', type: 'click' },
      },
      { path: '/api/push-events', status: 400, body: { beacon: '1.1.x', type: 'opened' } },
    ],
  } satisfies Record<string, Example[]>;
}
