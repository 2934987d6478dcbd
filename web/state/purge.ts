// Removes what belongs to a person from this device: at a sign-out, and when another customer signs in. Everything of this
// shop's origin is removed, in storage, caches, the worker's records and the notification tray, except what is listed here.
import { ownName } from '../api/own-base.ts';
import { forgetMessage } from '../worker/go-message.ts';
import { forgetSaved } from './saved.ts';

/** Caches of what this person has viewed; the offline page lists it. */
const shelves = ['couture-data', 'couture-pictures'].map(ownName);

/** What stays in localStorage: settings of the device, the state of the sign-out itself, and what the console keeps for agents. */
const staying = [
  'couture-locale',
  'couture-install',
  'couture-push-refused',
  'couture-signed-in',
  'couture-leaving',
  'couture-console-',
];

/** Tells everything in this document that holds a person's data, then removes the copies. */
export async function purgePrivate(): Promise<void> {
  dispatchEvent(new CustomEvent('couture-purged'));
  forgetSaved('localStorage', 'couture-', staying);
  forgetSaved('sessionStorage', 'couture-');
  // Browsers without workers or caches have nothing to remove.
  const { serviceWorker } = navigator;
  serviceWorker?.controller?.postMessage({ type: forgetMessage });
  await Promise.allSettled([
    ...shelves.map(async (name) => caches.delete(name)),
    closeNotifications(serviceWorker),
  ]);
}

async function closeNotifications(worker: ServiceWorkerContainer | undefined): Promise<void> {
  const shown = await (await worker?.getRegistration())?.getNotifications();
  for (const notification of shown ?? []) notification.close();
}
