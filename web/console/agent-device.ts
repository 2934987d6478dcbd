// Push notifications of an agent on this device, while the console is closed: permission, worker and subscription.
import { own } from '../api/own-base.ts';
import { request } from '../api/request.ts';
import { bytesOf, hasPush, type PushState, sameKey } from '../push/push.ts';
import { getLocale } from '../state/locale.ts';
import { Store } from '../state/store.ts';

const worker = '/console-worker.js';
/** Milliseconds that a sign-out waits for the server. */
const patience = 3_000;

export class AgentDevice extends Store {
  state: PushState = 'unknown';
  busy = false;

  /** Reads the state, and registers an existing subscription with the agent's new token; call when the console starts. */
  async look(): Promise<void> {
    await this.#work(async () => {
      const subscription = await this.#subscription();
      if (subscription && Notification.permission === 'granted') await this.#save(subscription);
    });
  }

  /** Call it from a press of a button. */
  async turnOn(): Promise<void> {
    await this.#work(async () => {
      if ((await Notification.requestPermission()) !== 'granted') return;
      const registration = await navigator.serviceWorker.register(own(worker), { scope: own('/console') });
      await activated(registration);
      const key = await publicKey();
      const before = await registration.pushManager.getSubscription();
      if (before && !sameKey(before, key)) await before.unsubscribe();
      const applicationServerKey = bytesOf(key);
      const subscription = await registration.pushManager.subscribe({
        userVisibleOnly: true,
        applicationServerKey,
      });
      await this.#save(subscription, key);
    });
  }

  /** Ends the subscription, even if the server is unreachable: it gets "gone" for what it sends then. */
  async turnOff(): Promise<void> {
    await this.#work(async () => {
      const subscription = await this.#subscription();
      if (!subscription) return;
      const { endpoint } = subscription;
      const told = request('', '/api/chat-agents/me/devices/remove', {
        method: 'POST',
        body: { endpoint },
        within: patience,
      }).catch(() => {});
      await Promise.all([told, subscription.unsubscribe().catch(() => {})]);
    });
  }

  async #save(subscription: PushSubscription, key?: string): Promise<void> {
    const { endpoint, keys } = subscription.toJSON();
    const public_key = key ?? (await publicKey());
    const body = { endpoint, keys, public_key, locale: getLocale() };
    await request('', '/api/chat-agents/me/devices', { method: 'POST', body });
  }

  async #work(work: () => Promise<void>): Promise<void> {
    this.busy = true;
    this.changed();
    try {
      if (hasPush()) await work();
    } finally {
      this.state = await this.#now().catch((): PushState => 'impossible');
      this.busy = false;
      this.changed();
    }
  }

  async #now(): Promise<PushState> {
    if (!hasPush()) return /iPhone|iPad/.test(navigator.userAgent) ? 'install first' : 'impossible';
    if (Notification.permission === 'denied') return 'forbidden';
    if ((await this.#subscription()) && Notification.permission === 'granted') return 'on';
    // Without keys the shop sends none.
    await publicKey();
    return 'off';
  }

  async #subscription(): Promise<PushSubscription | undefined> {
    const all = await navigator.serviceWorker.getRegistrations();
    const registration = all.find(({ scope }) => new URL(scope).pathname === own('/console'));
    return (await registration?.pushManager.getSubscription()) ?? undefined;
  }
}

async function publicKey(): Promise<string> {
  return (await request<{ public_key: string }>('', '/api/push/public-key')).body.public_key;
}

/** Resolves once the worker is active: only then can the page subscribe. */
function activated({ installing, waiting, active }: ServiceWorkerRegistration): Promise<void> {
  const next = installing ?? waiting;
  if (active || !next) return Promise.resolve();
  return new Promise((resolve) =>
    next.addEventListener('statechange', () => next.state === 'activated' && resolve()),
  );
}
