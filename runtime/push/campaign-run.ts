// Sends a campaign: streams its subscriptions, writes down what is about to be sent, sends so many at once, writes down
// what became of it. Whatever kills it, at most a few times `concurrency` messages are then in doubt; all others are
// known to be sent or not.
import { setTimeout as delay } from 'node:timers/promises';
import { type Client, openClient } from '../../sql/pool.ts';
import {
  type Addressee,
  addressees,
  beginCampaign,
  type Campaign,
  type CampaignState,
  dueAddressees,
  holdCampaign,
  nextDue,
  noteSubscriptions,
  readCampaign,
  releaseCampaign,
  type Settled,
  setCampaignState,
  writeDeliveries,
} from '../../sql/store/push-campaigns.ts';
import { CoutureError } from '../core/errors.ts';
import { beaconOf } from './beacon.ts';
import type { Delivery, Outcome } from './delivery.ts';
import { payloadOf } from './message.ts';
import { quietUntil } from './quiet-hours.ts';

export interface RunOptions {
  readonly databaseUrl: string;
  readonly delivery: Delivery;
  readonly signal: AbortSignal;
  /** Told now and then how many messages are settled, in this run. */
  readonly onProgress?: (settled: number, accepted: number) => void;
  /** Milliseconds that it waits for messages whose time has not come; later ones are left for the next run. */
  readonly patience?: number;
  /** Origin of the shop, for browsers that open what a message says by themselves. */
  readonly shopOrigin?: string | undefined;
  /** What becomes of it where the signal ends the run: `stopped` waits for a person, `scheduled` for the next process. */
  readonly whenEnded?: 'stopped' | 'scheduled';
}

export interface RunResult {
  readonly state: CampaignState;
  readonly settled: number;
  readonly accepted: number;
  /** Origins that nothing more was sent to, and why. */
  readonly stopped: ReadonlyMap<string, string>;
}

/** Messages in doubt after a crash, as a multiple of the concurrency. */
const doubt = 3;
/** Times that a push service may say "later" of a message, and milliseconds for which a campaign goes on asking. */
const mostAttempts = 20;
const longestAsking = 86_400_000;
/** Milliseconds between two looks whether it was cancelled. */
const lookPause = 1_000;
const usualPatience = 120_000;

/**
 * @throws CoutureError `campaign_unknown`, `campaign_running`
 */
export async function runCampaign(id: number, options: RunOptions): Promise<RunResult> {
  const { databaseUrl } = options;
  const client = await openClient(databaseUrl, { applicationName: 'couture push' });
  const reader = await openClient(databaseUrl, { applicationName: 'couture push, subscriptions' });
  try {
    const known = await readCampaign(client, id);
    if (!known)
      throw new CoutureError('campaign_unknown', `There is no campaign ${id}`, 'See "couture push status".');
    if (known.state === 'done' || known.state === 'cancelled')
      throw new CoutureError('campaign_running', `Campaign ${id} is ${known.state}`, 'It is not sent again.');
    if (!(await holdCampaign(client, id)))
      throw new CoutureError(
        'campaign_running',
        `Campaign ${id} is being sent by another process`,
        'Wait for it, or look at "couture push status".',
      );
    const campaign = await beginCampaign(client, id);
    if (!campaign) throw new CoutureError('campaign_running', `Campaign ${id} was cancelled`);
    const run = new Run(campaign, client, reader, options);
    const result = await run.run();
    await releaseCampaign(client, id);
    return result;
  } finally {
    await Promise.all([client.end(), reader.end()]).catch(() => {});
  }
}

class Run {
  readonly #campaign: Campaign;
  readonly #client: Client;
  readonly #reader: Client;
  readonly #options: RunOptions;
  readonly #results: Settled[] = [];
  /** Messages that are written down as being sent, and not yet as settled. */
  #open = 0;
  #settled = 0;
  #accepted = 0;
  #cancelled = false;
  #writing: Promise<void> | undefined;
  #failure: unknown;
  #wake: (() => void) | undefined;
  #slot = 0;
  #looked = 0;
  readonly #lastCall: number;
  readonly #payload: (addressee: Addressee) => string;

  constructor(campaign: Campaign, client: Client, reader: Client, options: RunOptions) {
    this.#campaign = campaign;
    this.#client = client;
    this.#reader = reader;
    this.#options = options;
    const { campaign_id, message, beacon_key, settings, started_at } = campaign;
    this.#lastCall = started_at!.getTime() + Math.max(settings.ttl * 1_000, longestAsking);
    const { shopOrigin } = options;
    this.#payload = ({ subscription_id }) =>
      payloadOf(
        { ...message, tag: `c${campaign_id}` },
        {
          ...(shopOrigin === undefined ? {} : { origin: shopOrigin }),
          beacon: beaconOf(campaign_id, subscription_id, beacon_key),
        },
      );
  }

  async run(): Promise<RunResult> {
    const { campaign_id } = this.#campaign;
    const { signal, delivery } = this.#options;
    let state: CampaignState = 'done';
    try {
      await this.#sendDue();
      await this.#sendNew();
      state = await this.#sendLater();
      await this.#settleAll();
    } catch (error) {
      // What is under way ends, and is written down; only then is it said why.
      await this.#settleAll().catch(() => {});
      if (!signal.aborted && !this.#cancelled) {
        await setCampaignState(this.#client, campaign_id, 'stopped', (error as Error).message).catch(
          () => {},
        );
        throw error;
      }
      state = this.#cancelled ? 'cancelled' : (this.#options.whenEnded ?? 'stopped');
    }
    const stopped = delivery.stopped;
    const why = [...stopped].map(([origin, reason]) => `${origin}: ${reason}`).join('; ') || null;
    await setCampaignState(this.#client, campaign_id, state, why);
    return { state, settled: this.#settled, accepted: this.#accepted, stopped };
  }

  /** Messages of a run before, and those that were put off. */
  async #sendDue(): Promise<void> {
    for (;;) {
      const rows = await dueAddressees(this.#client, this.#campaign.campaign_id, 1_000);
      if (rows.length === 0) return;
      await this.#sendAll(rows);
    }
  }

  async #sendNew(): Promise<void> {
    for await (const rows of addressees(this.#reader, this.#campaign, this.#options.signal))
      await this.#sendAll(rows);
  }

  /** Waits for those whose time comes soon. */
  async #sendLater(): Promise<CampaignState> {
    const { patience = usualPatience, signal } = this.#options;
    const until = Date.now() + patience;
    for (;;) {
      await this.#settleAll();
      const at = await nextDue(this.#client, this.#campaign.campaign_id);
      if (!at) return 'done';
      if (at.getTime() > until) return 'waiting';
      await delay(Math.max(0, at.getTime() - Date.now()), undefined, { signal });
      await this.#sendDue();
    }
  }

  async #sendAll(rows: readonly Addressee[]): Promise<void> {
    const { quiet, concurrency } = this.#campaign.settings;
    const now = new Date();
    const sendable: Addressee[] = [];
    for (const addressee of rows) {
      if (addressee.capped) this.#note({ addressee, state: 'skipped', reason: 'cap', attempts: 0 });
      else {
        const nextAt = quietUntil(quiet, addressee.time_zone, now);
        if (!nextAt) sendable.push(addressee);
        else
          this.#note({
            addressee,
            state: 'waiting',
            reason: 'quiet_hours',
            attempts: addressee.attempts,
            nextAt,
          });
      }
    }
    for (let at = 0; at < sendable.length; at += concurrency) {
      const chunk = sendable.slice(at, at + concurrency);
      await this.#room(concurrency * doubt - chunk.length);
      await this.#lookWhetherToGoOn();
      // Written before it is sent: this is what makes a crash harmless.
      await this.#write(
        chunk.map((addressee) => ({ addressee, state: 'sending', attempts: addressee.attempts + 1 })),
      );
      this.#open += chunk.length;
      for (const addressee of chunk) {
        await this.#pace();
        await this.#room(concurrency * (doubt - 1));
        void this.#send(addressee);
      }
    }
    await this.#flushed();
  }

  async #send(addressee: Addressee): Promise<void> {
    const { ttl, urgency } = this.#campaign.settings;
    const target = { ...addressee, keyId: addressee.key_id };
    const topic = `c${this.#campaign.campaign_id}`;
    const outcome = await this.#options.delivery.send(target, this.#payload(addressee), {
      ttl,
      urgency,
      topic,
    });
    this.#note(settledOf(addressee, outcome, this.#lastCall));
  }

  #note(result: Settled): void {
    this.#results.push(result);
    this.#flush();
  }

  /** Writes what has come, one statement after the other; more gathers meanwhile. */
  #flush(): void {
    this.#writing ??= (async () => {
      while (this.#results.length > 0) {
        const batch = this.#results.splice(0, 2_000);
        await this.#write(batch);
        const of = (state: Settled['state']) =>
          batch.filter((each) => each.state === state).map(({ addressee }) => addressee.subscription_id);
        const accepted = of('accepted');
        await noteSubscriptions(this.#client, { accepted, failed: of('failed'), gone: of('gone') });
        // Those that were never under way, skipped or quiet, were not counted as open.
        this.#open -= batch.filter(
          ({ state, reason }) => state !== 'skipped' && reason !== 'quiet_hours',
        ).length;
        this.#settled += batch.filter(({ state }) => state !== 'waiting').length;
        this.#accepted += accepted.length;
        this.#options.onProgress?.(this.#settled, this.#accepted);
        this.#wake?.();
      }
    })()
      .catch((error) => {
        this.#failure ??= error;
        this.#wake?.();
      })
      .finally(() => {
        this.#writing = undefined;
        if (this.#results.length > 0 && !this.#failure) this.#flush();
      });
  }

  #write(rows: readonly Settled[]): Promise<void> {
    return writeDeliveries(this.#client, this.#campaign.campaign_id, rows);
  }

  /** Waits until at most so many are under way. */
  async #room(most: number): Promise<void> {
    while (this.#open > Math.max(0, most)) {
      if (this.#failure) throw this.#failure;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    if (this.#failure) throw this.#failure;
  }

  async #flushed(): Promise<void> {
    while (this.#writing) await this.#writing;
    if (this.#failure) throw this.#failure;
  }

  async #settleAll(): Promise<void> {
    await this.#room(0);
    await this.#flushed();
  }

  /** Keeps to the rate. */
  async #pace(): Promise<void> {
    const { rate } = this.#campaign.settings;
    if (!rate) return;
    const now = performance.now();
    this.#slot = Math.max(now, this.#slot + 1_000 / rate);
    if (this.#slot - now > 2) await delay(this.#slot - now);
  }

  async #lookWhetherToGoOn(): Promise<void> {
    this.#options.signal.throwIfAborted();
    if (performance.now() - this.#looked < lookPause) return;
    this.#looked = performance.now();
    const now = await readCampaign(this.#client, this.#campaign.campaign_id);
    if (now?.state !== 'cancelled') return;
    this.#cancelled = true;
    throw new Error('cancelled');
  }
}

/** @param lastCall when it is too late for another try, in epoch milliseconds */
function settledOf(addressee: Addressee, outcome: Outcome, lastCall: number): Settled {
  // Where the push service was not asked, as it had others wait, nothing was tried.
  const attempts = addressee.attempts + (outcome.attempts > 0 ? 1 : 0);
  switch (outcome.state) {
    case 'accepted':
    case 'gone':
      return { addressee, state: outcome.state, status: outcome.status, attempts };
    case 'failed':
      return { addressee, state: 'failed', reason: outcome.reason, status: outcome.status, attempts };
    case 'later':
      return attempts < mostAttempts && outcome.at < lastCall
        ? {
            addressee,
            state: 'waiting',
            reason: 'paused',
            status: outcome.status,
            attempts,
            nextAt: new Date(outcome.at),
          }
        : { addressee, state: 'failed', reason: 'paused', status: outcome.status, attempts };
  }
}
