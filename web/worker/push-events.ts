// Push messages in the worker: shows each, opens the shop's page on a click, and reports what became of it, later if
// the browser is offline.
import { replyPrefix, replyTag } from '../../runtime/contract/notification-tag.ts';
import { below, own, ownPathOf } from '../api/own-base.ts';
import { isWorthARetry, type MessageEvent, Outbox } from '../state/outbox.ts';
import { goMessage } from './go-message.ts';
import { knownShop } from './known-shop.ts';
import { linkOf, type NotificationData, notificationOf } from './notifications.ts';
import type { WindowClientLike, WorkerScope } from './worker-scope.ts';

/** @param runtime URL of the runtime, for a worker that the shop serves from its own origin; '': this worker is couture's */
export function takePushes(self: WorkerScope, runtime = ''): void {
  self.addEventListener('push', (event) => {
    // Safari shows declarative messages itself, and would replace them by what the worker shows.
    if (event.notification) {
      event.waitUntil(tell(dataOf(event.notification.data).beacon, 'show', runtime));
      return;
    }
    let text: string | null = null;
    try {
      text = event.data?.text() ?? null;
    } catch {
      // Not even text; show a plain notification nevertheless.
    }
    event.waitUntil(show(self, text, runtime));
  });
  self.addEventListener('notificationclick', (event) => {
    event.notification.close();
    const { url, beacon, actions } = dataOf(event.notification.data);
    event.waitUntil(
      Promise.all([
        openLink(self, (event.action && actions?.[event.action]) || url, runtime),
        tell(beacon, 'click', runtime),
        // The number on the icon of a shop's own app is the shop's.
        runtime ? undefined : setBadge(0),
      ]),
    );
  });
  self.addEventListener('notificationclose', (event) => {
    event.waitUntil(tell(dataOf(event.notification.data).beacon, 'dismiss', runtime));
  });
  // The browser has replaced the subscription. A cookie identifies a customer's; a guest's, and those of a shop's own page,
  // are sent at the next start.
  self.addEventListener('pushsubscriptionchange', (event) => {
    event.waitUntil(renew(self, event.oldSubscription, event.newSubscription, runtime).catch(() => {}));
  });
}

async function show(self: WorkerScope, text: string | null, runtime: string): Promise<void> {
  const shop = await knownShop(runtime);
  const { title, options, badge } = notificationOf(text, self.location.origin, shop, {
    page: homeOf(runtime),
    icon: runtime ? '' : own('/icons/any-192.png'),
  });
  await self.registration.showNotification(title, options);
  await Promise.all([
    runtime ? undefined : setBadge(badge),
    tell(options.data.beacon, 'show', runtime),
    // The worker of a shop's own page does not know who is signed in.
    runtime ? undefined : closeRead(self, options.tag).catch(() => {}),
  ]);
}

/**
 * Closes notifications of replies that were read on another device since. Nothing else wakes this worker: browsers require
 * that each push message shows something, so none can be sent only for this.
 * @param shown tag of the notification that the message has just shown
 */
async function closeRead(self: WorkerScope, shown: string | undefined): Promise<void> {
  const replies = (await self.registration.getNotifications()).filter(
    ({ tag }) => tag.startsWith(replyPrefix) && tag !== shown,
  );
  if (replies.length === 0) return;
  const { session } = await (await fetch(own('/api/chat-sessions/active'))).json();
  if (session?.unread_count !== 0) return;
  for (const reply of replies) if (reply.tag === replyTag(session.id)) reply.close();
}

/** The front page: of the shop that serves this worker, or of couture's storefront. */
function homeOf(runtime: string): string {
  return runtime ? '/' : own('/');
}

/** A notification's data comes from this worker, or from the browser, which takes it from the push message. */
async function openLink(self: WorkerScope, link: unknown, runtime: string): Promise<void> {
  const url = linkOf(link, self.location.origin, await knownShop(runtime)) ?? homeOf(runtime);
  await (url.startsWith('/') ? open(self, url, runtime === '') : self.clients.openWindow(url));
}

/**
 * Opens the page in a tab that shows it already, else in any tab of the shop, else in a new one.
 * @param goes whether pages navigate on request, as couture's own do
 */
async function open(self: WorkerScope, path: string, goes: boolean): Promise<void> {
  const { origin } = self.location;
  const windows = (await self.clients.matchAll({ type: 'window', includeUncontrolled: true })).filter(
    (each) => isShop(each, origin, goes),
  );
  const there = windows.find((each) => each.url === origin + path) ?? (goes ? windows[0] : undefined);
  if (!there) {
    await self.clients.openWindow(path);
    return;
  }
  if (there.url !== origin + path) there.postMessage({ type: goMessage, url: path });
  // If the browser refuses to focus the tab, it shows the right page nevertheless.
  await there.focus().catch(() => {});
}

/** The console and the server's own pages must not navigate to a product. */
function isShop({ url }: WindowClientLike, origin: string, isOwn: boolean): boolean {
  const { origin: of, pathname } = new URL(url);
  const path = isOwn ? ownPathOf(pathname) : pathname;
  return of === origin && path !== undefined && !/^\/(?:console|demo|sign-in|api|stories)/.test(path);
}

async function renew(
  self: WorkerScope,
  before: PushSubscription | null | undefined,
  now: PushSubscription | null | undefined,
  runtime: string,
): Promise<void> {
  const subscription =
    now ??
    (before?.options
      ? await self.registration.pushManager.subscribe({
          userVisibleOnly: true,
          applicationServerKey: before.options.applicationServerKey,
        })
      : null);
  if (!subscription || runtime) return;
  const { endpoint, keys } = subscription.toJSON();
  const replaces = before?.endpoint;
  await post(own('/api/push-subscriptions'), {
    endpoint,
    keys,
    ...(replaces && replaces !== endpoint ? { replaces } : {}),
  });
}

/** What the network loses waits in the outbox for the next event, the next start of the shop, or Background Sync. */
async function tell(beacon: string | undefined, type: MessageEvent['type'], runtime: string): Promise<void> {
  if (!beacon) return;
  const url = below(runtime, '/api/push-events');
  const answer = await post(url, { beacon, type }).catch(() => undefined);
  const isLost = !answer || isWorthARetry(answer.status);
  const outbox = new Outbox();
  await (isLost ? outbox.add({ kind: 'message', url, event: { beacon, type } }) : outbox.flush()).catch(
    () => {},
  );
}

function post(url: string, body: object): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
    keepalive: true,
  });
}

function dataOf(data: unknown): Partial<NotificationData> {
  const { url, beacon, actions } = (typeof data === 'object' && data !== null ? data : {}) as Record<
    string,
    unknown
  >;
  return {
    ...(typeof url === 'string' ? { url } : {}),
    ...(typeof beacon === 'string' ? { beacon } : {}),
    // `openLink` checks the page that a button stands for, as it does with that of the notification.
    ...(typeof actions === 'object' && actions !== null
      ? { actions: actions as Record<string, string> }
      : {}),
  };
}

async function setBadge(count: number | undefined): Promise<void> {
  if (count === undefined) return;
  const { setAppBadge, clearAppBadge } = navigator as Navigator & {
    setAppBadge?: (count: number) => Promise<void>;
    clearAppBadge?: () => Promise<void>;
  };
  await (count > 0 ? setAppBadge?.call(navigator, count) : clearAppBadge?.call(navigator))?.catch(() => {});
}
