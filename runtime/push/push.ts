// Push of one process: browsers subscribe, single messages go out when something happens, campaigns when their time comes.
import type { Pool } from '../../sql/pool.ts';
import { dueCampaigns, noteSubscriptions } from '../../sql/store/push/campaigns.ts';
import {
  type Owner,
  type PushTopic,
  type Subscribed,
  subscriptionsOf,
} from '../../sql/store/push/subscriptions.ts';
import { lookAtWatched, type ToTell, takeToTell } from '../../sql/store/push/watched.ts';
import type { Log } from '../core/log.ts';
import type { Config } from '../core/options.ts';
import type { Bind } from '../handler.ts';
import { ShopAddresses, storefrontPage } from '../shop/shop-addresses.ts';
import { runCampaign } from './campaign-run.ts';
import { Delivery, type Outcome, type SendSettings } from './delivery.ts';
import type { PushNetwork } from './endpoint-guard.ts';
import { originOfLinks, type PushMessage, payloadOf, shopPath } from './message.ts';
import type { OriginEvent } from './origin-health.ts';
import { pushRoutes } from './push-routes.ts';
import { Upkeep } from './upkeep.ts';
import type { VapidKeys } from './vapid-keys.ts';
import { type PushWords, pushWords } from './words.ts';

export interface PushOptions {
  readonly config: Config;
  readonly databaseUrl: string;
  readonly pool: Pool;
  readonly log: Log;
  /** Undefined: nobody can subscribe, and nothing is sent. */
  readonly keys: VapidKeys | undefined;
}

/** Milliseconds between two looks for campaigns whose time has come, and for what has become of watched products. */
const betweenLooks = 15_000;
const betweenWatchLooks = 60_000;
/** Single messages under way to one push service. */
const concurrency = 20;
/** Of them, to the browsers of one person. */
const atOnceOfOwner = 2;
const toldAtOnce = 100;

export class Push {
  readonly #options: PushOptions;
  readonly #addresses: ShopAddresses;
  readonly #network: PushNetwork;
  readonly #delivery: Delivery | undefined;
  readonly #closing = new AbortController();
  readonly #upkeep: Upkeep[] = [];
  accepted = 0;
  failed = 0;

  constructor(options: PushOptions) {
    this.#options = options;
    this.#addresses = new ShopAddresses(options.config);
    this.#network = networkOf(options.config);
    const { keys } = options;
    this.#delivery =
      keys &&
      new Delivery({
        keys,
        network: this.#network,
        concurrency,
        onOrigin: (event) => this.#tellOrigin(event),
      });
  }

  routes(bind: Bind): void {
    const { pool, keys } = this.#options;
    pushRoutes(bind, { pool, keys, network: this.#network });
  }

  start(): void {
    if (!this.#options.keys) return;
    const { log } = this.#options;
    // Each at its own pace: a campaign that takes an hour must not hold up who waits for a coat.
    this.#upkeep.push(
      new Upkeep('campaigns that are due', () => this.#sendDue(), betweenLooks, log),
      new Upkeep('watched products', () => this.#tellOfWatched(), betweenWatchLooks, log),
    );
    for (const upkeep of this.#upkeep) upkeep.start();
  }

  /** Campaigns settle what is in flight, and no other begins. Single messages are sent as before. */
  stop(): void {
    this.#closing.abort();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all(this.#upkeep.map((each) => each.close()));
    this.#delivery?.close();
  }

  /**
   * Sends a message to all browsers of one person that want to hear of such. Never throws.
   * @param message in the words of the browser's language
   */
  async tell(
    owner: Owner,
    topic: PushTopic,
    message: (words: PushWords) => PushMessage,
    settings: SendSettings,
  ): Promise<number> {
    const { pool, log } = this.#options;
    const delivery = this.#delivery;
    if (!delivery) return 0;
    try {
      const browsers = await subscriptionsOf(pool, owner, topic);
      const name = 'customerId' in owner ? owner.customerId : owner.visitor;
      const send = (browser: Subscribed) => {
        const payload = payloadOf(message(pushWords(browser.locale)));
        return delivery.send({ ...browser, keyId: browser.key_id, owner: name }, payload, settings);
      };
      const outcomes: Outcome[] = [];
      // Few at once: the connections are for everybody, however many slow browsers one person has registered.
      for (let at = 0; at < browsers.length; at += atOnceOfOwner)
        outcomes.push(...(await Promise.all(browsers.slice(at, at + atOnceOfOwner).map(send))));
      const ids = (state: Outcome['state']) =>
        browsers.flatMap((each, at) => (outcomes[at]!.state === state ? [each.subscription_id] : []));
      await noteSubscriptions(pool, {
        accepted: ids('accepted'),
        failed: ids('failed'),
        gone: ids('gone'),
      });
      const accepted = outcomes.filter(({ state }) => state === 'accepted').length;
      this.accepted += accepted;
      this.failed += outcomes.length - accepted;
      return accepted;
    } catch (error) {
      log.debug({ err: error }, 'a push message could not be sent');
      return 0;
    }
  }

  /** An agent has answered somebody who is not there. */
  async tellOfReply(customerId: string, sessionId: string, agent: string | null): Promise<void> {
    // What was said is not shown on a locked screen.
    const { config } = this.#options;
    const tag = `chat-${sessionId.slice(0, 8)}`;
    const message = ({ newMessage, answered }: PushWords) => ({
      title: agent ?? newMessage,
      body: answered,
      url: config.storefront ? '/?chat=open' : this.#addresses.page('/?chat=open'),
      tag,
    });
    await this.tell({ customerId }, 'orders', message, { ttl: 3_600, urgency: 'high', topic: tag });
  }

  /** The shop's page; the worker opens no other site, so that anything else is couture's page of the product. */
  #linkTo(url: string | null, id: string): string {
    const { shop } = this.#addresses;
    const link = this.#addresses.product(url, id);
    const isOfShop = shop !== undefined && link.length <= 500 && new URL(link, shop).origin === shop.origin;
    return isOfShop ? link : (shopPath.safeParse(link).data ?? storefrontPage(id));
  }

  async #sendDue(): Promise<void> {
    const { pool, databaseUrl, log, config, keys } = this.#options;
    const { signal } = this.#closing;
    for (const id of await dueCampaigns(pool)) {
      if (signal.aborted) return;
      // A delivery of its own: what a push service refuses it must not silence single messages.
      const delivery = new Delivery({
        keys: keys!,
        network: this.#network,
        concurrency: 100,
        signal,
        onOrigin: (event) => this.#tellOrigin(event, id),
      });
      try {
        const result = await runCampaign(id, {
          databaseUrl,
          delivery,
          signal,
          shopOrigin: originOfLinks(config),
          whenEnded: 'scheduled',
          onConnection: (state, cause) => {
            if (state === 'back') log.info({ campaign: id }, 'Postgres is back; the campaign goes on');
            else log.warn({ campaign: id, err: cause }, 'a campaign lost Postgres; connecting again');
          },
        });
        const facts = { campaign: id, ...result, paused: [...result.paused] };
        if (result.putOff > 0)
          log.warn(facts, 'a campaign was sent in part; the rest waits for its push services');
        else log.info(facts, 'a campaign was sent');
      } catch (error) {
        const { code } = error as { code?: string };
        if (code === 'campaign_running')
          log.info({ campaign: id, err: error }, 'a campaign is sent elsewhere');
        else log.warn({ campaign: id, err: error }, 'a campaign stopped');
      } finally {
        delivery.close();
      }
    }
  }

  #tellOrigin({ origin, state, why, until }: OriginEvent, campaign?: number): void {
    const { log } = this.#options;
    const facts = { push_service: origin, ...(campaign === undefined ? {} : { campaign }) };
    if (state === 'resumed') log.info(facts, 'a push service takes messages again');
    else log.warn({ ...facts, why, until: new Date(until!).toISOString() }, 'a push service is paused');
  }

  async #tellOfWatched(): Promise<void> {
    const { pool } = this.#options;
    await lookAtWatched(pool);
    const { signal } = this.#closing;
    while (!signal.aborted) {
      // Who is taken counts as told, so few are taken at once: a crash leaves few who never hear of it.
      const people = await takeToTell(pool, toldAtOnce);
      await Promise.all(people.map((each) => this.#tellOfProduct(each)));
      if (people.length < toldAtOnce) return;
    }
  }

  async #tellOfProduct({ customer_id, product_id, kind, name, url }: ToTell): Promise<void> {
    const message = ({ cheaper, back }: PushWords) => ({
      title: name.slice(0, 120),
      body: kind === 'price' ? cheaper : back,
      url: this.#linkTo(url, product_id),
      tag: `${kind}-${product_id}`.replaceAll(/[^\w-]/g, '').slice(0, 32),
    });
    const topic = kind === 'price' ? 'prices' : 'stock';
    await this.tell({ customerId: customer_id }, topic, message, { ttl: 86_400, urgency: 'normal' });
  }
}

export function networkOf({
  pushHosts,
  pushPrivate,
}: Pick<Config, 'pushHosts' | 'pushPrivate'>): PushNetwork {
  return { hosts: pushHosts, allowPrivate: pushPrivate };
}
