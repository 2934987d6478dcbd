// Registers the service worker and keeps it current: checks hourly, announces a new version, never reloads unasked.
import { Workbox } from 'workbox-window';

/** Milliseconds between two checks for a new version. */
const hour = 3_600_000;
const scriptUrl = '/service-worker.js';

declare global {
  interface WindowEventMap {
    /** A new version is ready; call `detail` to switch to it. */
    'couture-update-ready': CustomEvent<() => void>;
  }
}

/** The only script URL that this page creates; the content security policy refuses any other. */
function trusted(url: string): string {
  const { trustedTypes } = globalThis as unknown as {
    trustedTypes?: {
      createPolicy(
        name: string,
        rules: { createScriptURL(url: string): string },
      ): { createScriptURL(url: string): string };
    };
  };
  if (!trustedTypes) return url;
  return trustedTypes
    .createPolicy('couture', {
      createScriptURL: (given) => {
        if (given !== scriptUrl) throw new TypeError('Another script than the worker');
        return given;
      },
    })
    .createScriptURL(url);
}

export async function installWorker(): Promise<void> {
  if (!('serviceWorker' in navigator)) return;
  const workbox = new Workbox(trusted(scriptUrl), { scope: '/' });
  let asked = false;
  const offer = () => {
    const turn = () => {
      asked = true;
      workbox.messageSkipWaiting();
    };
    dispatchEvent(new CustomEvent('couture-update-ready', { detail: turn }));
  };
  workbox.addEventListener('waiting', offer);
  workbox.addEventListener('controlling', () => asked && location.reload());
  const registration = await workbox.register().catch(() => undefined);
  if (!registration) return;
  lookForNewer(registration);
}

function lookForNewer(registration: ServiceWorkerRegistration): void {
  let last = Date.now();
  const look = async () => {
    if (Date.now() - last < hour || !navigator.onLine || registration.installing) return;
    last = Date.now();
    try {
      // A broken server may answer with anything: update only if the worker's file is there.
      const { status } = await fetch(scriptUrl, { cache: 'no-store', method: 'HEAD' });
      if (status === 200) await registration.update();
    } catch {
      // The next check is in an hour.
    }
  };
  setInterval(look, hour / 4);
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && void look());
}
