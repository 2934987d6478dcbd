// Sends a campaign: streams its subscriptions, writes down what is about to be sent, sends so many at once, writes down
// what became of it. Whatever kills it, at most a few times `concurrency` messages are then in doubt; all others are
// known to be sent or not. A lost connection is no crash: what became of each message is kept, and written after the
// reconnect.
import { setTimeout as delay } from 'node:timers/promises';
import { connectionLost, isConnectionLost } from '../../sql/fault.ts';
import { openClient } from '../../sql/pool.ts';
import {
  type Addressee,
  addressees,
  beginCampaign,
  type Campaign,
  type CampaignState,
  dueAddressees,
  nextDue,
  putOffDeliveries,
  readCampaign,
  type Settled,
  setCampaignState,
  writeDeliveries,
} from '../../sql/store/push/campaigns.ts';
import { CoutureError, reportError } from '../core/errors.ts';
import { beaconOf } from './beacon.ts';
import { CampaignSession } from './campaign-session.ts';
import type { Delivery, Outcome } from './delivery.ts';
import { DeliveryLedger } from './delivery-ledger.ts';
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
  /** Milliseconds for which it tries to come back after it has lost Postgres. */
  readonly reconnectWithin?: number;
  /** Told when Postgres is lost, and when the campaign goes on. */
  readonly onConnection?: (state: 'lost' | 'back', cause?: unknown) => void;
}

export interface RunResult {
  readonly state: CampaignState;
  readonly settled: number;
  readonly accepted: number;
  /** Messages that wait because their push service is paused or asked for it. */
  readonly putOff: number;
  /** Push services that were not asked for all of their messages, and why. */
  readonly paused: ReadonlyMap<string, string>;
}

/** Messages in doubt after a crash, as a multiple of the concurrency. */
const doubt = 3;
/** Times that a push service may say "later" of a message, and milliseconds for which a campaign goes on asking. */
const mostAttempts = 20;
const longestAsking = 86_400_000;
/** Milliseconds between two looks whether it was cancelled. */
const lookPause = 1_000;
const usualPatience = 120_000;
const usualReconnect = 120_000;

/**
 * @throws CoutureError `campaign_unknown`, `campaign_running`, `postgres_lost`
 */
export async function runCampaign(id: number, options: RunOptions): Promise<RunResult> {
  const session = await CampaignSession.open(options.databaseUrl, id);
  try {
    const campaign = await beginCampaign(session.client, id);
    if (!campaign) throw new CoutureError('campaign_running', `Campaign ${id} was cancelled`);
    const result = await new Run(campaign, session, options).run();
    await session.release().catch(() => {});
    return result;
  } finally {
    await session.close();
  }
}

class Run {
  readonly #campaign: Campaign;
  readonly #session: CampaignSession;
  readonly #options: RunOptions;
  readonly #ledger: DeliveryLedger;
  #cancelled = false;
  #slot = 0;
  #looked = 0;
  /** When Postgres was lost without anything done since. */
  #lostAt: number | undefined;
  readonly #lastCall: number;
  readonly #payload: (addressee: Addressee) => string;

  constructor(campaign: Campaign, session: CampaignSession, options: RunOptions) {
    this.#campaign = campaign;
    this.#session = session;
    this.#options = options;
    const { campaign_id, message, beacon_key, settings, started_at } = campaign;
    this.#lastCall = started_at!.getTime() + Math.max(settings.ttl * 1_000, longestAsking);
    const { shopOrigin, onProgress } = options;
    this.#ledger = new DeliveryLedger({ campaignId: campaign_id, client: () => session.client, onProgress });
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
    for (;;) {
      try {
        return await this.#runOnce();
      } catch (error) {
        if (!isConnectionLost(error)) throw error;
        await this.#reconnect(error);
      }
    }
  }

  async #runOnce(): Promise<RunResult> {
    const { campaign_id } = this.#campaign;
    const { signal, delivery } = this.#options;
    let state: CampaignState = 'done';
    try {
      await this.#sendDue();
      await this.#sendNew();
      state = await this.#sendLater();
      await this.#settleAll();
    } catch (error) {
      if (isConnectionLost(error)) throw error;
      // What is under way ends, and is written down; only then is it said why.
      await this.#settleAll().catch((failure) => {
        if (isConnectionLost(failure)) throw failure;
      });
      if (!signal.aborted && !this.#cancelled) {
        await setCampaignState(this.#session.client, campaign_id, 'stopped', (error as Error).message);
        throw error;
      }
      state = this.#cancelled ? 'cancelled' : (this.#options.whenEnded ?? 'stopped');
    }
    const { paused } = delivery;
    const putOff = await putOffDeliveries(this.#session.client, campaign_id);
    const reasons = [...paused].map(([origin, reason]) => ` ${origin}: ${reason}.`).join('');
    const why = putOff > 0 ? `${putOff} messages wait for their push services.${reasons}` : null;
    await setCampaignState(this.#session.client, campaign_id, state, why);
    const { settled, accepted } = this.#ledger;
    return { state, settled, accepted, putOff, paused };
  }

  /**
   * Comes back after Postgres was lost, with all that is known of the messages sent so far: nobody gets one twice.
   * @throws CoutureError `postgres_lost` when it takes too long; what was sent is written down if that is possible
   */
  async #reconnect(cause: unknown): Promise<void> {
    const { campaign_id } = this.#campaign;
    const { signal, onConnection, reconnectWithin = usualReconnect } = this.#options;
    this.#lostAt ??= performance.now();
    onConnection?.('lost', cause);
    try {
      // Whoever asked it to end has little time.
      const within = signal.aborted ? Math.min(reconnectWithin, 1_000) : reconnectWithin;
      await this.#session.reopen(this.#lostAt + within, signal);
    } catch (error) {
      await this.#giveUp(error);
      throw error;
    }
    try {
      await this.#ledger.recover();
      if (!(await beginCampaign(this.#session.client, campaign_id, { doubt: false }))) this.#cancelled = true;
    } catch (error) {
      if (!isConnectionLost(error)) throw error;
      return this.#reconnect(error);
    }
    onConnection?.('back');
  }

  /** Postgres stayed away, or another process took the campaign: what is known of messages is written if it can be. */
  async #giveUp(cause: unknown): Promise<void> {
    const { campaign_id } = this.#campaign;
    const { databaseUrl, whenEnded = 'stopped' } = this.#options;
    await this.#ledger.answered();
    const client = await openClient(databaseUrl, { applicationName: 'couture push' }).catch(() => undefined);
    if (client) {
      try {
        await writeDeliveries(client, campaign_id, this.#ledger.waiting);
        if ((cause as { code?: string }).code === 'campaign_running') return;
        await setCampaignState(client, campaign_id, whenEnded, reportError(cause).message);
      } catch {
        // The rows say "under way": the next run counts them as in doubt.
      } finally {
        await client.end();
      }
    }
    if ((cause as { code?: string }).code === 'campaign_running') return;
    throw new CoutureError(
      'postgres_lost',
      connectionLost(cause).message,
      `Nobody gets it twice if you go on when the server is up again: couture push resume ${campaign_id}`,
      { cause },
    );
  }

  /** Messages of a run before, and those that were put off. */
  async #sendDue(): Promise<void> {
    for (;;) {
      const rows = await dueAddressees(this.#session.client, this.#campaign.campaign_id, 1_000);
      if (rows.length === 0) return;
      await this.#sendAll(rows);
    }
  }

  async #sendNew(): Promise<void> {
    for await (const rows of addressees(this.#session.reader, this.#campaign, this.#options.signal))
      await this.#sendAll(rows);
  }

  /** Waits for those whose time comes soon. */
  async #sendLater(): Promise<CampaignState> {
    const { patience = usualPatience, signal } = this.#options;
    const until = Date.now() + patience;
    for (;;) {
      await this.#settleAll();
      const at = await nextDue(this.#session.client, this.#campaign.campaign_id);
      this.#lostAt = undefined;
      if (!at) return 'done';
      if (at.getTime() > until) return 'waiting';
      await delay(Math.max(0, at.getTime() - Date.now()), undefined, { signal });
      await this.#sendDue();
    }
  }

  async #sendAll(rows: readonly Addressee[]): Promise<void> {
    const { quiet, concurrency, rate } = this.#campaign.settings;
    const now = new Date();
    const sendable: Addressee[] = [];
    for (const addressee of rows) {
      if (addressee.capped) this.#ledger.note({ addressee, state: 'skipped', reason: 'cap', attempts: 0 });
      else {
        const nextAt = quietUntil(quiet, addressee.time_zone, now);
        if (!nextAt) sendable.push(addressee);
        else
          this.#ledger.note({
            addressee,
            state: 'waiting',
            reason: 'quiet_hours',
            attempts: addressee.attempts,
            nextAt,
          });
      }
    }
    // With a low rate, no more than a second's worth: what is written as under way should be sent soon.
    const step = Math.max(1, Math.min(concurrency, rate ?? concurrency));
    for (let at = 0; at < sendable.length; at += step) {
      const chunk = sendable.slice(at, at + step);
      await this.#ledger.room(concurrency * doubt - chunk.length);
      await this.#lookWhetherToGoOn();
      await this.#ledger.begin(
        chunk.map((addressee) => ({ addressee, state: 'sending', attempts: addressee.attempts + 1 })),
      );
      this.#lostAt = undefined;
      await this.#sendChunk(chunk);
    }
    await this.#ledger.flushed();
  }

  async #sendChunk(chunk: readonly Addressee[]): Promise<void> {
    let sent = 0;
    try {
      for (const addressee of chunk) {
        await this.#pace();
        await this.#ledger.room(this.#campaign.settings.concurrency * (doubt - 1));
        this.#options.signal.throwIfAborted();
        void this.#ledger.track(this.#send(addressee));
        sent += 1;
      }
    } finally {
      // Not sent after all: they are next, and in no doubt.
      for (const addressee of chunk.slice(sent))
        this.#ledger.note({ addressee, state: 'waiting', attempts: addressee.attempts, nextAt: new Date() });
    }
  }

  async #send(addressee: Addressee): Promise<Settled> {
    const { ttl, urgency } = this.#campaign.settings;
    const target = { ...addressee, keyId: addressee.key_id, owner: addressee.customer_id };
    const topic = `c${this.#campaign.campaign_id}`;
    const settings = { ttl, urgency, topic };
    const outcome = await this.#options.delivery.send(target, this.#payload(addressee), settings);
    return settledOf(addressee, outcome, this.#lastCall);
  }

  async #settleAll(): Promise<void> {
    await this.#ledger.room(0);
    await this.#ledger.flushed();
  }

  /** Keeps to the rate. */
  async #pace(): Promise<void> {
    const { rate } = this.#campaign.settings;
    if (!rate) return;
    const now = performance.now();
    this.#slot = Math.max(now, this.#slot + 1_000 / rate);
    if (this.#slot - now > 2) await delay(this.#slot - now, undefined, { signal: this.#options.signal });
  }

  async #lookWhetherToGoOn(): Promise<void> {
    this.#options.signal.throwIfAborted();
    if (this.#cancelled) throw new Error('cancelled');
    if (performance.now() - this.#looked < lookPause) return;
    this.#looked = performance.now();
    const now = await readCampaign(this.#session.client, this.#campaign.campaign_id);
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
