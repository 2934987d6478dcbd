// A stand-in for the browser's push service, which a test machine can't reach, and for notifications, which a headless browser
// doesn't have.
import { createECDH, randomBytes } from 'node:crypto';
import type { CDPSession, Page } from 'playwright-core';
import { until } from '../../fixtures/until.ts';

/**
 * Delivers push messages to the page's worker, as the browser's push service would.
 * @param url that the scope of the worker starts with
 */
export async function pusher(page: Page, url: string): Promise<(data: string) => Promise<void>> {
  await page
    .context()
    .serviceWorkers()[0]!
    .evaluate(() => {
      const [shown, badges]: [unknown[], number[]] = [[], []];
      const tray = new Set<string>();
      Object.assign(globalThis, { shown, badges, tray });
      // A headless browser has no icons either, and its worker crashes on a notification with one.
      Object.defineProperty(navigator, 'setAppBadge', {
        value: async (count: number) => void badges.push(count),
      });
      Object.defineProperty(navigator, 'clearAppBadge', { value: async () => void badges.push(0) });
      ServiceWorkerRegistration.prototype.showNotification = async (title, options = {}) => {
        const { body, data, image, actions, tag } = options as NotificationOptions & Record<string, unknown>;
        if (tag) tray.add(tag as string);
        shown.push({ title, body, data, ...(image ? { image } : {}), ...(actions ? { actions } : {}) });
      };
      ServiceWorkerRegistration.prototype.getNotifications = async () =>
        [...tray].map((tag) => ({ tag, close: () => void tray.delete(tag) }) as Notification);
    });
  const session: CDPSession = await page.context().newCDPSession(page);
  const registered = new Promise<string>((resolve) =>
    session.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      const own = registrations.find((each) => each.scopeURL.startsWith(url));
      if (own) resolve(own.registrationId);
    }),
  );
  await session.send('ServiceWorker.enable');
  const registrationId = await registered;
  return async (data) => {
    await session.send('ServiceWorker.deliverPushMessage', {
      origin: new URL(url).origin,
      registrationId,
      data,
    });
  };
}

/** Replaces the browser's push service with one on this machine. */
export async function standIn(page: Page): Promise<void> {
  const endpoint = `https://localhost:9/push/${randomBytes(6).toString('hex')}`;
  const p256dh = createECDH('prime256v1').generateKeys('base64url');
  const auth = randomBytes(16).toString('base64url');
  await page.addInitScript(
    (given) => {
      let subscribed = sessionStorage.getItem('test-subscribed') === '1';
      const is = (now: boolean) => {
        subscribed = now;
        sessionStorage.setItem('test-subscribed', now ? '1' : '0');
        return now;
      };
      const subscription = {
        endpoint: given.endpoint,
        options: {},
        toJSON: () => ({ endpoint: given.endpoint, keys: { p256dh: given.p256dh, auth: given.auth } }),
        unsubscribe: async () => is(false) || true,
      };
      PushManager.prototype.getSubscription = async () => (subscribed ? subscription : null) as never;
      PushManager.prototype.subscribe = async () => {
        is(true);
        return subscription as never;
      };
      let permission: NotificationPermission = 'default';
      Object.defineProperty(Notification, 'permission', { get: () => (subscribed ? 'granted' : permission) });
      Notification.requestPermission = async () => (permission = 'granted');
    },
    { endpoint, p256dh, auth },
  );
}

interface Shown {
  readonly title: string;
  readonly body: string;
  readonly data: {
    readonly url: string;
    readonly beacon?: string;
    readonly actions?: Readonly<Record<string, string>>;
  };
  readonly image?: string;
  readonly actions?: ReadonlyArray<{ readonly action: string; readonly title: string }>;
}

/** Waits until the worker has shown the given number of notifications, and returns them. */
export async function notifications(page: Page, count: number): Promise<Shown[]> {
  const [worker] = page.context().serviceWorkers();
  const read = () => worker!.evaluate(() => (globalThis as unknown as { shown: Shown[] }).shown);
  await until(async () => (await read()).length >= count, `${count} notifications`);
  return read();
}

/** Tags of the notifications that have not been closed. */
export function tray(page: Page): Promise<string[]> {
  const [worker] = page.context().serviceWorkers();
  return worker!.evaluate(() => [...(globalThis as unknown as { tray: Set<string> }).tray]);
}

/** The numbers that the worker has put on the icon of the installed shop; 0 for none. */
export function badges(page: Page): Promise<number[]> {
  const [worker] = page.context().serviceWorkers();
  return worker!.evaluate(() => (globalThis as unknown as { badges: number[] }).badges);
}

/** Simulates a click on the last notification, or on one of its buttons. */
export async function clickNotification(page: Page, action = ''): Promise<void> {
  await page
    .context()
    .serviceWorkers()[0]!
    .evaluate((pressed) => {
      const scope = globalThis as unknown as EventTarget & { shown: Shown[] };
      const notification = { data: scope.shown.at(-1)!.data, close() {} };
      scope.dispatchEvent(
        Object.assign(new Event('notificationclick'), { notification, action: pressed, waitUntil() {} }),
      );
    }, action);
}

/** Dispatches a declarative message as Safari does, which shows it itself unless the worker shows another. */
export async function pushDeclared(page: Page, data: object): Promise<void> {
  await page
    .context()
    .serviceWorkers()[0]!
    .evaluate((given) => {
      const event = { data: null, notification: { title: 'x', data: given }, waitUntil() {} };
      dispatchEvent(Object.assign(new Event('push'), event));
    }, data);
}
