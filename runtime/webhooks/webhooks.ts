// Webhooks of one process: sends the events that Postgres has for receivers, notes orders after chats, and removes old events.
// Several processes share the work: a delivery is sent by one at a time.
import type { IdType } from '../../sql/id-types.ts';
import type { Pool } from '../../sql/pool.ts';
import {
  type DueDelivery,
  pruneWebhookEvents,
  releaseDelivery,
  settleDelivery,
  takeDeliveries,
} from '../../sql/store/webhooks/deliveries.ts';
import { noteOrdersAfterChats } from '../../sql/store/webhooks/orders-after-chats.ts';
import type { Log } from '../core/log.ts';
import { Poller } from '../work/poller.ts';
import { retryPause } from './retry-pause.ts';
import { WebhookSender, type WebhookSenderOptions } from './send-webhook.ts';

/** Milliseconds between two looks for events that are due, and between two for new orders. */
const interval = 1_000;
const orderInterval = 300_000;
/** Deliveries in flight to one receiver, over all processes. */
const perReceiver = 4;
/** Deliveries in flight in this process; more than receivers, so that those that hang keep no others waiting. */
const maxInFlight = 32;
/** Seconds for which no other process takes a delivery, and for which a killed one blocks it: longer than both deadlines together. */
const leaseSeconds = 30;

export interface WebhooksOptions {
  readonly pool: Pool;
  readonly log: Log;
  readonly customerType: IdType;
  readonly sending?: Partial<WebhookSenderOptions>;
}

export class Webhooks {
  readonly #options: WebhooksOptions;
  readonly #sender: WebhookSender;
  readonly #deliveries: Poller;
  readonly #orders: Poller;
  readonly #inFlight = new Set<Promise<void>>();
  #again = false;
  #closing = false;
  delivered = 0;
  failed = 0;
  gaveUp = 0;

  constructor(options: WebhooksOptions) {
    this.#options = options;
    const { pool, log, customerType } = options;
    this.#sender = new WebhookSender({ sockets: maxInFlight, ...options.sending });
    this.#deliveries = new Poller({ name: 'send webhooks', interval, task: () => this.#round(), log });
    this.#orders = new Poller({
      name: 'find orders after chats',
      interval: orderInterval,
      task: async () => {
        await pruneWebhookEvents(pool);
        await noteOrdersAfterChats(pool, customerType);
      },
      log,
    });
  }

  start(): void {
    this.#deliveries.startLater();
    this.#orders.startLater();
  }

  /** Looks for new orders now, then sends what is due, and waits for the answers. */
  async run(): Promise<void> {
    await this.#orders.run();
    await this.#deliveries.run();
    await Promise.all(this.#inFlight);
  }

  /** Ends what is in flight; it is due again at once, for another process or after a restart. */
  async close(): Promise<void> {
    this.#closing = true;
    await Promise.all([this.#deliveries.close(), this.#orders.close()]);
    this.#sender.close();
    await Promise.all(this.#inFlight);
  }

  /** Figures for the metrics. */
  get figures() {
    return {
      delivered: this.delivered,
      failed: this.failed,
      gave_up: this.gaveUp,
      in_flight: this.#inFlight.size,
    };
  }

  async #round(): Promise<void> {
    const { pool } = this.#options;
    do {
      this.#again = false;
      for (let free = 1; free > 0 && !this.#closing; ) {
        free = maxInFlight - this.#inFlight.size;
        const due = free > 0 ? await takeDeliveries(pool, { limit: free, perReceiver, leaseSeconds }) : [];
        for (const delivery of due) this.#begin(delivery);
        if (due.length === 0) break;
      }
    } while (this.#again && !this.#closing);
  }

  /** Not awaited by the round: a receiver that answers late keeps no other waiting. */
  #begin(delivery: DueDelivery): void {
    const sending = this.#attempt(delivery)
      .catch((error) =>
        this.#options.log.warn({ err: error }, 'failed to settle a webhook; it is sent again'),
      )
      .then(() => {
        this.#inFlight.delete(sending);
        this.#again = true;
        if (!this.#closing) void this.#deliveries.run();
      });
    this.#inFlight.add(sending);
  }

  async #attempt(delivery: DueDelivery): Promise<void> {
    const { pool, log } = this.#options;
    const { url, secret, old_secret, message_id, type, happened_at, attempts, text, data } = delivery;
    const outcome = await this.#sender.send({
      url,
      allowPrivate: delivery.private,
      secrets: [secret, ...(old_secret ? [old_secret] : [])],
      id: message_id,
      type,
      happenedAt: happened_at,
      data: text === null ? data : { ...data, text },
    });
    const { accepted, gone, status, error, retryAfter, milliseconds } = outcome;
    if (!accepted && status === null && this.#closing) return releaseDelivery(pool, delivery);
    const age = (Date.now() - happened_at.getTime()) / 1_000;
    const retryIn = accepted ? null : retryPause({ attempts, age, retryAfter });
    const settled = await settleDelivery(pool, delivery, {
      accepted,
      status,
      error,
      milliseconds,
      retryIn,
      disable: gone ? 'answered 410 Gone' : null,
    });
    if (accepted) this.delivered++;
    else this.failed++;
    if (!accepted && retryIn === null) this.gaveUp++;
    const facts = { webhook: delivery.webhook_id, host: new URL(url).host, status, reason: error };
    if (settled.began) log.warn(facts, 'webhook receiver fails; retrying');
    if (settled.ended) log.info(facts, 'webhook receiver accepts events again');
    if (!accepted && retryIn === null)
      log.warn({ ...facts, event: message_id, attempts }, 'webhook given up');
    if (settled.disabled !== undefined)
      log.error(
        { ...facts, why: settled.disabled },
        `webhook receiver disabled; to send again: couture webhooks enable ${delivery.webhook_id}`,
      );
  }
}
