// Push messages to agents, in the worker of the console: shows each, and opens its chat on a click.
import { own } from '../api/own-base.ts';
import { knownShop } from './known-shop.ts';
import { notificationOf, ownPath } from './notifications.ts';
import type { WindowClientLike, WorkerScope } from './worker-scope.ts';

const chatLink = /#[0-9a-f-]{36}$/;

export function takeAgentPushes(self: WorkerScope): void {
  self.addEventListener('push', (event) => {
    // Safari shows declarative messages itself.
    if (event.notification) return;
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
    const { url } = (event.notification.data ?? {}) as { url?: unknown };
    event.waitUntil(open(self, url));
  });
}

async function show(self: WorkerScope, text: string | null): Promise<void> {
  const defaults = { page: own('/console'), icon: own('/icons/any-192.png') };
  const { title, options } = notificationOf(text, self.location.origin, await knownShop(''), defaults);
  await self.registration.showNotification(title, options);
}

/** Opens the chat in a console that is open, without reloading it, or in a new one. */
async function open(self: WorkerScope, link: unknown): Promise<void> {
  const { origin } = self.location;
  const path = ownPath(link, origin) ?? '';
  const hash = chatLink.exec(path)?.[0] ?? '';
  const windows = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const console = windows.find((each) => isConsole(each, origin));
  if (!console) {
    await self.clients.openWindow(own('/console') + hash);
    return;
  }
  console.postMessage({ type: openChatMessage, hash });
  // If the browser refuses to focus the tab, it shows the right chat nevertheless.
  await console.focus().catch(() => {});
}

function isConsole({ url }: WindowClientLike, origin: string): boolean {
  const { origin: of, pathname } = new URL(url);
  return of === origin && (pathname === own('/console') || pathname === own('/console/'));
}

/** Type of the message that makes a console open the chat of a hash. */
export const openChatMessage = 'COUTURE_OPEN_CHAT';
