// Registers the service worker and keeps it current: checks hourly, announces a new version, never reloads unasked.
import { Workbox } from 'workbox-window';
import { own } from '../api/own-base.ts';
import { sinceNoted } from '../state/device-clock.ts';

/** Milliseconds between two checks for a new version. */
const hour = 3_600_000;
/** Milliseconds before the second attempt to install the worker; later pauses double. */
const firstRetry = 3_000;
const scriptUrl = own('/service-worker.js');

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

/** Retries while the worker cannot be fetched or installed: a single file that the network loses makes an installation fail. */
export async function installWorker(): Promise<void> {
  if (!('serviceWorker' in navigator)) return;
  const url = trusted(scriptUrl);
  for (let delay = firstRetry; ; delay = Math.min(delay * 2, hour / 4)) {
    const registration = await register(url);
    if (registration) return lookForNewer(registration);
    await pause(delay);
  }
}

/** @returns undefined if the worker was not installed */
async function register(url: string): Promise<ServiceWorkerRegistration | undefined> {
  const workbox = new Workbox(url, { scope: own('/') });
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
  return registration && (await isInstalled(registration)) ? registration : undefined;
}

async function isInstalled(registration: ServiceWorkerRegistration): Promise<boolean> {
  const { active, waiting, installing } = registration;
  if (active || waiting) return true;
  if (!installing) return false;
  while (installing.state === 'installing')
    await new Promise((resolve) => installing.addEventListener('statechange', resolve, { once: true }));
  return installing.state !== 'redundant';
}

/** Waits for `delay` milliseconds; without a network, until it is back: an attempt would only write errors to the console. */
function pause(delay: number): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      removeEventListener('online', end);
      resolve();
    };
    const timer = setTimeout(() => navigator.onLine && end(), delay);
    addEventListener('online', end);
  });
}

function lookForNewer(registration: ServiceWorkerRegistration): void {
  let last = Date.now();
  const look = async () => {
    if (sinceNoted(last) < hour || !navigator.onLine || registration.installing) return;
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
