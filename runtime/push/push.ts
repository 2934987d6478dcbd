// Push in one runtime process: the routes for subscriptions, single messages about events, and campaigns that are due.
import type { Pool } from '../../sql/pool.ts';
import { pruneBags } from '../../sql/store/push/bags.ts';
import { dueCampaigns } from '../../sql/store/push/campaigns.ts';
import { noteSubscriptions } from '../../sql/store/push/deliveries.ts';
import { journeyStates } from '../../sql/store/push/journeys.ts';
import { forgetOrders } from '../../sql/store/push/order-stages.ts';
import {
  type Owner,
  type PushTopic,
  type Subscribed,
  subscriptionsOf,
} from '../../sql/store/push/subscriptions.ts';
import { checkWatched } from '../../sql/store/push/watched.ts';
import { replyTag } from '../contract/notification-tag.ts';
import type { Log } from '../core/log.ts';
import type { Config } from '../core/options.ts';
import type { Bind } from '../handler.ts';
import { ShopAddresses } from '../shop/shop-addresses.ts';
import type { Storefront } from '../shop/storefront.ts';
import { Poller } from '../work/poller.ts';
import { AgentPush } from './agent-push.ts';
import { runCampaign } from './campaign-run.ts';
import { type PersonalSettings, personalComposer } from './content/personal-composer.ts';
import { Delivery, type Outcome, type SendSettings } from './delivery.ts';
import type { PushNetwork } from './endpoint-guard.ts';
import { runJourney, usualLimits } from './journeys/run-journey.ts';
import { originOfLinks, type PushMessage, payloadOf } from './message.ts';
import { MessageEvents } from './message-events.ts';
import type { OriginEvent } from './origin-health.ts';
import { pushRoutes } from './push-routes.ts';
import type { VapidKeys } from './vapid-keys.ts';
import { type PushWords, pushWords } from './words.ts';

export interface PushOptions {
  readonly config: Config;
  readonly databaseUrl: string;
  readonly pool: Pool;
  readonly log: Log;
  /** What personal messages are made of. */
  readonly shop: Pick<Storefront, 'ids' | 'currency'> & { readonly name: string };
  /** Without keys nobody can subscribe and nothing is sent. */
  readonly keys: VapidKeys | undefined;
}

/** Milliseconds between two polls for campaigns that are due, and between two runs of journeys. */
const campaignPollInterval = 15_000;
const journeyPollInterval = 60_000;
/** Single messages in flight to one push service. */
const maxInFlight = 20;
/** Messages in flight to the browsers of one person. */
const maxInFlightPerOwner = 2;

export class Push {
  readonly #options: PushOptions;
  readonly #addresses: ShopAddresses;
  readonly #network: PushNetwork;
  readonly #delivery: Delivery | undefined;
  readonly #events: MessageEvents;
  /** Two, since a campaign that takes an hour must not delay journeys. */
  readonly #pollers: readonly Poller[];
  /** Messages to agents. */
  readonly agents: AgentPush;
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
        concurrency: maxInFlight,
        onOrigin: (event) => this.#logOrigin(event),
      });
    this.agents = new AgentPush({ ...options, network: this.#network, delivery: this.#delivery });
    const { log } = options;
    this.#events = new MessageEvents(options.pool, log);
    this.#pollers = [
      new Poller({
        name: 'send due campaigns',
        interval: campaignPollInterval,
        task: (signal) => this.#sendDue(signal),
        log,
      }),
      new Poller({
        name: 'run journeys',
        interval: journeyPollInterval,
        task: (signal) => this.#runJourneys(signal),
        log,
      }),
    ];
  }

  routes(bind: Bind): void {
    const { pool, keys } = this.#options;
    pushRoutes(bind, { pool, keys, network: this.#network, events: this.#events });
    this.agents.routes(bind);
  }

  start(): void {
    if (!this.#options.keys) return;
    for (const poller of this.#pollers) void poller.start();
  }

  /** Stops campaigns: messages in flight are settled and no new campaign starts. Single messages are still sent. */
  stop(): void {
    for (const poller of this.#pollers) void poller.close();
  }

  async close(): Promise<void> {
    await Promise.all([...this.#pollers.map((each) => each.close()), this.#events.close()]);
    this.#delivery?.close();
  }

  /**
   * Sends a message to all browsers of one person that are subscribed to the topic. Never throws.
   * @param message makes the message in the browser's language
   * @returns number of messages that push services accepted
   */
  async tell(
    owner: Owner,
    topic: PushTopic,
    message: (words: PushWords) => PushMessage,
    settings: SendSettings,
  ): Promise<number> {
    const { pool, log, config } = this.#options;
    const delivery = this.#delivery;
    if (!delivery) return 0;
    try {
      const browsers = await subscriptionsOf(pool, owner, topic);
      const name = 'customerId' in owner ? owner.customerId : owner.visitor;
      const send = (browser: Subscribed) => {
        const words = pushWords(browser.locale, config.locale);
        const payload = payloadOf(message(words), { lang: words.lang });
        return delivery.send({ ...browser, keyId: browser.key_id, owner: name }, payload, settings);
      };
      const outcomes: Outcome[] = [];
      // Few at once: one person with many slow browsers must not use up the connections that everybody shares.
      for (let at = 0; at < browsers.length; at += maxInFlightPerOwner)
        outcomes.push(...(await Promise.all(browsers.slice(at, at + maxInFlightPerOwner).map(send))));
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
      log.debug({ err: error }, 'sending a push message failed');
      return 0;
    }
  }

  /** An agent has replied to a customer who is not connected. */
  async tellOfReply(customerId: string, sessionId: string, agent: string | null): Promise<void> {
    // The reply itself is not included: it would be shown on a locked screen.
    const { config } = this.#options;
    const tag = replyTag(sessionId);
    const message = ({ newMessage, answered }: PushWords) => ({
      title: agent ?? newMessage,
      body: answered,
      url: config.storefront ? `${config.basePath ?? ''}/?chat=open` : this.#addresses.page('/?chat=open'),
      tag,
    });
    await this.tell({ customerId }, 'orders', message, { ttl: 3_600, urgency: 'high', topic: tag });
  }

  async #sendDue(signal: AbortSignal): Promise<void> {
    const { pool, databaseUrl, log, config, keys } = this.#options;
    for (const id of await dueCampaigns(pool)) {
      if (signal.aborted) return;
      // A separate Delivery: a push service that refuses the campaign must not silence single messages.
      const delivery = new Delivery({
        keys: keys!,
        network: this.#network,
        concurrency: 100,
        signal,
        onOrigin: (event) => this.#logOrigin(event, id),
      });
      try {
        const result = await runCampaign(id, {
          databaseUrl,
          delivery,
          signal,
          shopOrigin: originOfLinks(config),
          composer: personalComposer(this.#personal),
          whenEnded: 'scheduled',
          onConnection: (state, cause) => {
            if (state === 'back')
              log.info({ campaign: id }, 'campaign resumed after reconnecting to Postgres');
            else log.warn({ campaign: id, err: cause }, 'campaign lost Postgres; reconnecting');
          },
        });
        const facts = { campaign: id, ...result, paused: [...result.paused] };
        if (result.putOff > 0) log.warn(facts, 'campaign sent in part; the rest waits for its push services');
        else log.info(facts, 'campaign sent');
      } catch (error) {
        const { code } = error as { code?: string };
        if (code === 'campaign_running')
          log.info({ campaign: id, err: error }, 'campaign is being sent by another process');
        else log.warn({ campaign: id, err: error }, 'campaign stopped');
      } finally {
        delivery.close();
      }
    }
  }

  get #personal(): PersonalSettings {
    const { pool, shop, config } = this.#options;
    return { source: { pool, ids: shop.ids, currency: shop.currency }, config, shopName: shop.name };
  }

  #logOrigin({ origin, state, why, until }: OriginEvent, campaign?: number): void {
    const { log } = this.#options;
    const facts = { push_service: origin, ...(campaign === undefined ? {} : { campaign }) };
    if (state === 'resumed') log.info(facts, 'push service accepts messages again');
    else log.warn({ ...facts, why, until: new Date(until!).toISOString() }, 'push service paused');
  }

  async #runJourneys(signal: AbortSignal): Promise<void> {
    const { pool, databaseUrl, log, config, keys } = this.#options;
    await checkWatched(pool);
    await pruneBags(pool);
    const journeys = await journeyStates(pool);
    if (!journeys.find(({ name }) => name === 'order-status')?.enabled) await forgetOrders(pool);
    // One after the other: each counts the messages of the earlier ones towards the cap.
    for (const journey of journeys) {
      if (signal.aborted) return;
      if (!journey.enabled) continue;
      const delivery = new Delivery({
        keys: keys!,
        network: this.#network,
        concurrency: maxInFlight,
        signal,
        onOrigin: (event) => this.#logOrigin(event),
      });
      try {
        const limits = { ...usualLimits, sunset: config.pushSunset };
        const run = { databaseUrl, delivery, signal, personal: this.#personal, limits };
        const result = await runJourney(pool, journey, run);
        this.accepted += result.accepted;
        if (result.settled > 0)
          log.info({ journey: journey.name, ...result, paused: [...result.paused] }, 'journey sent messages');
      } catch (error) {
        if (signal.aborted) return;
        const { code } = error as { code?: string };
        if (code === 'campaign_running')
          log.debug({ journey: journey.name }, 'journey is run by another process');
        else log.warn({ journey: journey.name, err: error }, 'journey stopped; retrying');
      } finally {
        delivery.close();
      }
    }
  }
}

export function networkOf({
  pushHosts,
  pushPrivate,
  pushHttp2,
}: Pick<Config, 'pushHosts' | 'pushPrivate' | 'pushHttp2'>): PushNetwork {
  return { hosts: pushHosts, allowPrivate: pushPrivate, http2: pushHttp2 };
}
