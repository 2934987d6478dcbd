// The service worker of the shop: its own files from the cache, pages and data from the network first, pictures from the
// cache first, no customer data in any cache; and push messages. README.md says what it caches and why.
import { clientsClaim } from 'workbox-core';
import { cleanupOutdatedCaches, createHandlerBoundToURL, precacheAndRoute } from 'workbox-precaching';
import { registerRoute } from 'workbox-routing';
import { own } from '../api/own-base.ts';
import { Outbox, syncTag } from '../state/outbox.ts';
import { forgetMessage } from './go-message.ts';
import { isServerPage, isShopPage, shelfOf } from './may-keep.ts';
import { openPage, openServerPage } from './open-page.ts';
import { takePushes } from './push-events.ts';
import { clearShelves, dataStrategy, pictureStrategy, pruneShelves } from './shelves.ts';
import type { WorkerScope } from './worker-scope.ts';

declare const self: WorkerScope;

precacheAndRoute([...self.__WB_MANIFEST]);
cleanupOutdatedCaches();
clientsClaim();

const { origin } = self.location;
const shell = createHandlerBoundToURL(own('/index.html'));
const isOpened = ({ request, url }: { request: Request; url: URL }) =>
  request.mode === 'navigate' && isShopPage(url);
registerRoute(isOpened, (options) => openPage(options, shell));
const isServers = ({ request, url }: { request: Request; url: URL }) =>
  request.mode === 'navigate' && isServerPage(url);
registerRoute(isServers, (options) => openServerPage(options, shell));

const data = dataStrategy();
const images = pictureStrategy();
registerRoute(({ request }) => shelfOf(request, origin) === 'data', data);
registerRoute(({ request }) => shelfOf(request, origin) === 'pictures', images);

self.addEventListener('activate', (event) => event.waitUntil(pruneShelves()));

self.addEventListener('message', (event) => {
  const { type } = (event.data ?? {}) as { type?: unknown };
  // Only at the shopper's request: never take over a page in the middle of a checkout.
  if (type === 'SKIP_WAITING') event.waitUntil(self.skipWaiting());
  if (type === forgetMessage) event.waitUntil(clearShelves());
});

self.addEventListener('sync', (event) => {
  if (event.tag === syncTag) event.waitUntil(new Outbox().flush());
});

takePushes(self);
