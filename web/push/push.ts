// Push notifications on this device: permission, subscription and topics, kept in sync with the server.
import type { WirePushTopic } from '../../runtime/contract/push.ts';
import { ApiError } from '../api/api-error.ts';
import { request } from '../api/request.ts';
import { sinceNoted } from '../state/device-clock.ts';
import { getLocale } from '../state/locale.ts';
import { newId } from '../state/new-id.ts';
import { saved } from '../state/saved.ts';
import { Store } from '../state/store.ts';
import { consentVersion } from './consent.ts';
import { isInstalled } from './is-installed.ts';

export type PushState =
  /** Not known yet. */
  | 'unknown'
  /** This browser or this shop has no push notifications. */
  | 'impossible'
  /** iPhones have them only in the installed app. */
  | 'install first'
  /** The shopper has denied permission; only the browser's settings can change that. */
  | 'forbidden'
  | 'off'
  | 'on';

export const topics: readonly WirePushTopic[] = ['orders', 'prices', 'stock', 'news', 'bag'];

/** Milliseconds after which the subscription is sent to the server again, as a sign of life. */
const refreshInterval = 86_400_000;

interface Known {
  readonly endpoint: string;
  readonly sub: string;
  readonly topics: readonly WirePushTopic[];
  readonly at: number;
  /** Whether the server knows that the shop is installed. */
  readonly installed?: boolean;
}

/** Where the subscription lives: on couture's own pages, or on a page of the shop that embeds it. */
export interface PushPlace {
  /** URL of the runtime; '' is the page's own. */
  readonly base: string;
  /** `sub` of the signed-in customer; '' for a guest. */
  who(): string | Promise<string>;
  /** The worker that receives the messages, if there is one. */
  registration(): Promise<ServiceWorkerRegistration | undefined>;
  /** Whether the page has couture's own bag, of which it can remind. */
  readonly hasBag?: boolean;
  /** Waits until that worker is active. */
  ready(): Promise<ServiceWorkerRegistration>;
}

/** What this browser has subscribed to, and for whom. */
export const known = saved<Known | undefined>('couture-push', undefined, (value) => {
  const { endpoint, sub, topics: of, at, installed } = (value ?? {}) as Partial<Known>;
  return typeof endpoint === 'string' &&
    typeof sub === 'string' &&
    Array.isArray(of) &&
    typeof at === 'number'
    ? { endpoint, sub, topics: of.filter((each) => topics.includes(each)), at, installed: installed === true }
    : undefined;
});

/** The browser could not subscribe: its push service is unreachable or turned off. Brave has it off by default. */
export class SubscribeError extends Error {}

export class Push extends Store {
  state: PushState = 'unknown';
  topics: readonly WirePushTopic[] = known.read()?.topics ?? [];
  busy = false;
  /** Whether the shop sends reminders of the bag; known once the browser could subscribe. */
  remindsOfBag = false;
  readonly #place: PushPlace;
  #offered: Promise<boolean> | undefined;

  constructor(place: PushPlace) {
    super();
    this.#place = place;
  }

  /** Reads the browser's state and syncs the server: call when the shop starts, and after a sign-in. */
  async look(): Promise<void> {
    this.state = await this.stateNow();
    this.changed();
    if (this.state !== 'on') return;
    const registration = await this.#place.ready();
    const subscription = await registration.pushManager.getSubscription();
    const lastSaved = known.read();
    // Where storage has lost what the server knows, sync only after a press of a button.
    if (!subscription || !lastSaved) return;
    try {
      const who = await this.#place.who();
      const inStep =
        lastSaved.endpoint === subscription.endpoint &&
        lastSaved.sub === who &&
        (lastSaved.installed || !isInstalled()) &&
        sinceNoted(lastSaved.at) < refreshInterval;
      if (inStep) return;
      const key = await this.#publicKey();
      // The subscription has a key that the shop no longer uses, or belongs to somebody else: replace it.
      const current = sameKey(subscription, key)
        ? subscription
        : await this.#subscribe(registration, key, subscription);
      await this.#save(current, key, lastSaved.sub === who ? undefined : this.topics, lastSaved.endpoint);
    } catch {
      // No network: the next start syncs it.
    }
  }

  /** Turns notifications on for these topics; call it from a press of a button. @returns whether they are on */
  async turnOn(wanted: readonly WirePushTopic[]): Promise<boolean> {
    return this.#work(async () => {
      if ((await Notification.requestPermission()) !== 'granted') return;
      const registration = await this.#place.ready();
      const key = await this.#publicKey();
      const before = await registration.pushManager.getSubscription();
      const subscription =
        before && sameKey(before, key) ? before : await this.#subscribe(registration, key, before);
      try {
        await this.#save(subscription, key, wanted, undefined);
      } catch (error) {
        // If only the browser knew the subscription, notifications would seem to be on, but none would come.
        if (known.read()?.endpoint !== subscription.endpoint)
          await subscription.unsubscribe().catch(() => {});
        throw error;
      }
    });
  }

  /** Sets the topics; an empty list turns notifications off. */
  async choose(wanted: readonly WirePushTopic[]): Promise<boolean> {
    return wanted.length === 0 ? this.turnOff() : this.turnOn(wanted);
  }

  async turnOff(): Promise<boolean> {
    return this.#work(() => this.leave());
  }

  /**
   * Unsubscribes this browser, even if the server is unreachable: it gets "gone" for what it sends then.
   * @param token of the customer who subscribed, where the page has another one by now
   */
  async leave(token?: string): Promise<void> {
    const lastSaved = known.read();
    known.clear();
    const registration = await this.#place.registration();
    const subscription = await registration?.pushManager?.getSubscription();
    const endpoint = subscription?.endpoint ?? lastSaved?.endpoint;
    if (endpoint) {
      await request(this.#place.base, '/api/push-subscriptions/remove', {
        method: 'POST',
        headers: { ...visitor(), ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }) },
        body: { endpoint },
        anonymous: token !== undefined,
      }).catch(() => {});
    }
    await subscription?.unsubscribe().catch(() => {});
    this.topics = [];
  }

  async #work(work: () => Promise<void>): Promise<boolean> {
    this.busy = true;
    this.changed();
    try {
      await work();
    } finally {
      this.state = await this.stateNow();
      this.busy = false;
      this.changed();
    }
    return this.state === 'on';
  }

  async #subscribe(
    registration: ServiceWorkerRegistration,
    key: string,
    before: PushSubscription | null,
  ): Promise<PushSubscription> {
    await before?.unsubscribe();
    const options = { userVisibleOnly: true, applicationServerKey: bytesOf(key) };
    return registration.pushManager.subscribe(options).catch((error) => {
      throw new SubscribeError(String(error));
    });
  }

  async #save(
    subscription: PushSubscription,
    key: string,
    wanted: readonly WirePushTopic[] | undefined,
    replaces: string | undefined,
  ): Promise<void> {
    const { endpoint, keys } = subscription.toJSON();
    const { body } = await request<{ topics: WirePushTopic[] }>(this.#place.base, '/api/push-subscriptions', {
      method: 'POST',
      headers: visitor(),
      body: {
        endpoint,
        keys,
        public_key: key,
        installed: isInstalled(),
        locale: getLocale(),
        time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
        ...(wanted && wanted.length > 0 ? { topics: wanted, consent_version: consentVersion } : {}),
        ...(replaces && replaces !== endpoint ? { replaces } : {}),
      },
    });
    this.topics = body.topics;
    known.write({
      endpoint: endpoint!,
      sub: await this.#place.who(),
      topics: body.topics,
      at: Date.now(),
      installed: isInstalled(),
    });
  }

  async stateNow(): Promise<PushState> {
    if (!hasPush()) return /iPhone|iPad/.test(navigator.userAgent) ? 'install first' : 'impossible';
    if (Notification.permission === 'denied') return 'forbidden';
    // The browser throws where storage is blocked: there is no worker then, and none to wait for.
    const worker = await this.#place.registration().then(
      (registration) => ({ registration }),
      () => undefined,
    );
    if (!worker) return 'impossible';
    const subscription = await worker.registration?.pushManager.getSubscription();
    // Regardless of storage: an existing subscription can be turned off.
    if (subscription && Notification.permission === 'granted') return 'on';
    return (await this.#isOffered()) ? 'off' : 'impossible';
  }

  /** Whether the shop sends push notifications; asked once. */
  #isOffered(): Promise<boolean> {
    this.#offered ??= this.#publicKey().then(
      () => true,
      (error) => {
        // A missing network or a busy shop says nothing about push.
        if (!(error instanceof ApiError && error.code === 'push_unconfigured')) this.#offered = undefined;
        return false;
      },
    );
    return this.#offered;
  }

  /** Learns which topics the shop sends: a browser that is in step with the server has not asked. */
  async learnTopics(): Promise<void> {
    if (await this.#isOffered()) this.changed();
  }

  /** The topics to choose from: a reminder that the shop does not send is no choice, unless it is chosen already. */
  get offered(): readonly WirePushTopic[] {
    return topics.filter((topic) => topic !== 'bag' || this.remindsOfBag || this.topics.includes(topic));
  }

  async #publicKey(): Promise<string> {
    const { base, hasBag = false } = this.#place;
    const { body } = await request<{ public_key: string; bag?: boolean }>(base, '/api/push/public-key');
    this.remindsOfBag = hasBag && body.bag === true;
    return body.public_key;
  }
}

/** Whether this browser has push notifications; on iPhones, only installed pages do. */
export function hasPush(): boolean {
  return 'serviceWorker' in navigator && 'PushManager' in globalThis && 'Notification' in globalThis;
}

/** A random id of this browser for its own subscription; it is used for nothing else. */
function visitor(): Record<string, string> {
  const id = saved<string>('couture-push-visitor', '', (value) =>
    typeof value === 'string' && /^[\w-]{8,64}$/.test(value) ? value : undefined,
  );
  if (!id.read()) id.write(newId());
  return { 'X-Couture-Visitor': id.read() };
}

export function sameKey(subscription: PushSubscription, key: string): boolean {
  const own = subscription.options.applicationServerKey;
  if (!own) return true;
  const [a, b] = [new Uint8Array(own), bytesOf(key)];
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}

export function bytesOf(base64url: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64url.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}
