// Push messages in the worker: shows each, opens the shop's page on a click, reports clicks and dismissals.
import { goMessage } from './go-message.ts';
import { knownShop } from './known-shop.ts';
import { linkOf, type NotificationData, notificationOf } from './notifications.ts';
import type { WindowClientLike, WorkerScope } from './worker-scope.ts';

export function takePushes(self: WorkerScope): void {
  self.addEventListener('push', (event) => {
    let text: string | null = null;
    try {
      text = event.data?.text() ?? null;
    } catch {
      // Not even text; show a plain notification nevertheless.
    }
    event.waitUntil(show(self, text));
  });
  self.addEventListener('notificationclick', (event) => {
    event.notification.close();
    const { url, beacon } = dataOf(event.notification.data);
    event.waitUntil(Promise.all([openLink(self, url), tell(beacon, 'click'), setBadge(0)]));
  });
  self.addEventListener('notificationclose', (event) => {
    event.waitUntil(tell(dataOf(event.notification.data).beacon, 'dismiss'));
  });
  // The browser has replaced the subscription. A cookie identifies a customer's; a guest's is sent at the next start.
  self.addEventListener('pushsubscriptionchange', (event) => {
    event.waitUntil(renew(self, event.oldSubscription, event.newSubscription).catch(() => {}));
  });
}

async function show(self: WorkerScope, text: string | null): Promise<void> {
  const { title, options, badge } = notificationOf(text, self.location.origin, await knownShop());
  await self.registration.showNotification(title, options);
  await setBadge(badge);
}

/** A notification's data comes from this worker, or from the browser, which takes it from the push message. */
async function openLink(self: WorkerScope, link: unknown): Promise<void> {
  const url = linkOf(link, self.location.origin, await knownShop()) ?? '/';
  await (url.startsWith('/') ? open(self, url) : self.clients.openWindow(url));
}

/** Opens the page in a tab that shows it already, else in any tab of the shop, else in a new one. */
async function open(self: WorkerScope, path: string): Promise<void> {
  const { origin } = self.location;
  const windows = (await self.clients.matchAll({ type: 'window', includeUncontrolled: true })).filter(
    (each) => isShop(each, origin),
  );
  const there = windows.find((each) => each.url === origin + path) ?? windows[0];
  if (!there) {
    await self.clients.openWindow(path);
    return;
  }
  if (there.url !== origin + path) there.postMessage({ type: goMessage, url: path });
  // If the browser refuses to focus the tab, it shows the right page nevertheless.
  await there.focus().catch(() => {});
}

/** The console and the server's own pages must not navigate to a product. */
function isShop({ url }: WindowClientLike, origin: string): boolean {
  const { origin: of, pathname } = new URL(url);
  return of === origin && !/^\/(?:console|demo|sign-in|api|stories)/.test(pathname);
}

async function renew(
  self: WorkerScope,
  before: PushSubscription | null | undefined,
  now: PushSubscription | null | undefined,
): Promise<void> {
  const subscription =
    now ??
    (before?.options
      ? await self.registration.pushManager.subscribe({
          userVisibleOnly: true,
          applicationServerKey: before.options.applicationServerKey,
        })
      : null);
  if (!subscription) return;
  const { endpoint, keys } = subscription.toJSON();
  const replaces = before?.endpoint;
  await post('/api/push-subscriptions', {
    endpoint,
    keys,
    ...(replaces && replaces !== endpoint ? { replaces } : {}),
  });
}

async function tell(beacon: string | undefined, type: 'click' | 'dismiss'): Promise<void> {
  if (beacon) await post('/api/push-events', { beacon, type }).catch(() => {});
}

function post(path: string, body: object): Promise<Response> {
  return fetch(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
    keepalive: true,
  });
}

function dataOf(data: unknown): Partial<NotificationData> {
  const { url, beacon } = (typeof data === 'object' && data !== null ? data : {}) as Record<string, unknown>;
  return {
    ...(typeof url === 'string' ? { url } : {}),
    ...(typeof beacon === 'string' ? { beacon } : {}),
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
