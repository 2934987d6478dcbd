// Push notifications on a page of the shop's own origin: the shop's worker there, and a subscription for the customer of the
// page's token. What a browser subscribed to ends with the sign-out.
import type { WirePushTopic } from '../../runtime/contract/push.ts';
import { request } from '../api/request.ts';
import { timeLimit } from '../api/time-limit.ts';
import { urlOf } from '../api/url-of.ts';
import { hasPush, known, Push, type PushPlace, type PushState } from '../push/push.ts';
import { saved } from '../state/saved.ts';
import type { PageToken } from './page-token.ts';

export interface PushOptions {
  /** URL of a worker of the page's origin, or the page's registration of it. */
  readonly serviceWorker: string | URL | ServiceWorkerRegistration;
  readonly topics?: readonly WirePushTopic[];
  /** URL of the runtime, where the module was bundled. */
  readonly api?: string;
}

interface Place {
  readonly base: string;
  readonly scope: string;
}

/** Written before the browser subscribes and cleared last, so that a sign-out that the page did not survive is finished. */
const place = saved<Place | undefined>('couture-push-place', undefined, (value) => {
  const { base, scope } = (value ?? {}) as Partial<Place>;
  return typeof base === 'string' && typeof scope === 'string' ? { base, scope } : undefined;
});

/** Milliseconds after which a worker that does not become active has failed. */
const patience = 20_000;

export class PagePush {
  readonly #tokens: PageToken;
  readonly #runtime: string;
  #enabling = false;
  #checks: Promise<void> = Promise.resolve();

  /** @param runtime URL of the runtime that the module was loaded from */
  constructor(tokens: PageToken, runtime: string) {
    this.#tokens = tokens;
    this.#runtime = runtime;
    tokens.onPerson = (former) => this.check(former);
  }

  /** @throws TypeError without a worker of this origin; ApiError or OfflineError if the runtime does not subscribe it */
  async enable(options: PushOptions): Promise<PushState> {
    const { serviceWorker, topics = ['orders', 'prices', 'stock'], api } = options ?? {};
    const given = registrationOf(serviceWorker);
    if (api) this.#tokens.trust(api);
    const target = { base: withoutSlash(api ?? this.#runtime), scope: given.scope };
    const push = this.#push(target, given.ready);
    if (!hasPush()) return push.stateNow();
    const { person } = this.#tokens;
    this.#enabling = true;
    try {
      // Before anything else is awaited: browsers ask the shopper only during a click.
      const permission = Notification.requestPermission();
      if ((await permission) !== 'granted') return push.stateNow();
      place.write(target);
      await push.turnOn(topics);
    } finally {
      this.#enabling = false;
      // Signed in or out meanwhile, or refused by the runtime.
      if (place.read() && (this.#tokens.person !== person || !known.read())) await this.#leave(push);
    }
    return push.state;
  }

  async disable(): Promise<void> {
    const at = place.read();
    if (at) await this.#leave(this.#push(at));
  }

  async state(): Promise<PushState> {
    return this.#push(place.read() ?? { base: this.#runtime, scope: '' }).stateNow();
  }

  /**
   * Ends the subscription of a customer who is signed in no more, and keeps that of the current one up to date.
   * @param former token of the customer who was signed in on this page before
   */
  check(former?: string): void {
    this.#checks = this.#checks
      .then(() => this.#check(former))
      .catch(() => {
        // No network: the next page checks it.
      });
  }

  async #check(former: string | undefined): Promise<void> {
    const at = place.read();
    if (!at || this.#enabling) return;
    const push = this.#push(at);
    const mine = known.read();
    if (!mine) return this.#leave(push);
    if (mine.sub !== '') {
      if (former !== undefined || this.#tokens.isNobody) return this.#leave(push, former);
      const now = await this.#who(at.base);
      // Neither a valid token nor a sign-out: the page does not say who is signed in.
      if (now === '') return;
      if (now !== mine.sub) return this.#leave(push);
    }
    await push.look();
  }

  async #leave(push: Push, token?: string): Promise<void> {
    await push.leave(token);
    place.clear();
  }

  #push({ base, scope }: Place, ready?: PushPlace['ready']): Push {
    const registration = async () => {
      const found = scope ? await navigator.serviceWorker?.getRegistration(scope) : undefined;
      // The browser returns the worker of a wider scope where this one is missing.
      return found?.scope === scope ? found : undefined;
    };
    return new Push({
      base,
      who: () => this.#who(base),
      registration,
      ready: ready ?? (async () => active((await registration())!)),
    });
  }

  async #who(base: string): Promise<string> {
    const { body } = await request<{ sub?: string }>(base, '/api/session');
    return body.sub ?? '';
  }
}

function registrationOf(worker: unknown): { scope: string; ready: PushPlace['ready'] } {
  if (typeof worker === 'object' && worker !== null && 'pushManager' in worker) {
    const registration = worker as ServiceWorkerRegistration;
    return { scope: registration.scope, ready: () => active(registration) };
  }
  const url = urlOf(String(worker), location.href);
  if (!worker || url?.origin !== location.origin)
    throw new TypeError(
      `couture.enablePush: serviceWorker must be the URL of a worker on ${location.origin}, because browsers accept no other`,
    );
  // A scope without pages, so that a worker of the shop keeps its own; it must be below the worker's folder.
  const scope = new URL('couture-push/', url).href;
  return {
    scope,
    ready: async () => active(await navigator.serviceWorker.register(url.href, { scope })),
  };
}

/** `navigator.serviceWorker.ready` waits only for the worker of the page itself. */
async function active(registration: ServiceWorkerRegistration): Promise<ServiceWorkerRegistration> {
  const worker = registration.active ?? registration.waiting ?? registration.installing;
  if (!worker) throw new Error('couture: the service worker has been removed');
  const { signal, end } = timeLimit(patience);
  while (worker.state !== 'activated') {
    if (worker.state === 'redundant' || signal.aborted)
      throw new Error(`couture: the service worker of ${registration.scope} does not start`);
    await new Promise<void>((resolve) => {
      worker.addEventListener('statechange', () => resolve(), { once: true });
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }
  end();
  return registration;
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '');
}
