// Sends a campaign: streams its subscriptions, records each message before sending it, limits how many are in flight, and
// records each outcome. Whatever kills the process, at most a few times `concurrency` messages are in doubt; of all
// others it is known whether they were sent. A lost connection is not a crash: outcomes are kept in memory and written
// after the reconnect.
import { setTimeout as delay } from 'node:timers/promises';
import { connectionLost, isPostgresAway } from '../../sql/errors.ts';
import { openClient } from '../../sql/pool.ts';
import type { Addressee } from '../../sql/store/push/addressees.ts';
import {
  beginCampaign,
  type Campaign,
  type CampaignState,
  readCampaign,
  setCampaignState,
} from '../../sql/store/push/campaigns.ts';
import { nextDue, putOffDeliveries, type Settled, writeDeliveries } from '../../sql/store/push/deliveries.ts';
import { CoutureError, reportError } from '../core/errors.ts';
import { campaignArm } from './campaign-arms.ts';
import { CampaignSession } from './campaign-session.ts';
import { type Composer, type ComposeSome, plainComposer } from './composer.ts';
import type { Delivery } from './delivery.ts';
import { DeliveryLedger } from './delivery-ledger.ts';
import { quietUntil } from './quiet-hours.ts';
import { ofAudience, type RunSource } from './run-source.ts';
import { settledOf } from './settled-of.ts';

export interface RunOptions {
  readonly databaseUrl: string;
  readonly delivery: Delivery;
  readonly signal: AbortSignal;
  /** Called after each write with the totals of this run. */
  readonly onProgress?: (settled: number, accepted: number) => void;
  /** Milliseconds to wait for messages that are not due yet; later ones are left for the next run. */
  readonly patience?: number;
  /** Origin of the shop, for browsers that open a message's URL themselves, without the service worker. */
  readonly shopOrigin?: string | undefined;
  /** Composes each person's message; undefined, or for a campaign that it returns undefined for: the same one for everyone. */
  readonly composer?: ((campaign: Campaign) => Composer | undefined) | undefined;
  /** Whom to send to; default: the audience of the campaign. */
  readonly source?: RunSource;
  /** Clock of quiet hours and retries, for tests. */
  readonly now?: () => Date;
  /** State of the campaign after the signal aborts the run: `stopped` waits for a person, `scheduled` for the next process. */
  readonly whenEnded?: 'stopped' | 'scheduled';
  /** Milliseconds for which it tries to reconnect after losing Postgres. */
  readonly reconnectWithin?: number;
  /** Called when the connection to Postgres is lost, and when the campaign resumes. */
  readonly onConnection?: (state: 'lost' | 'back', cause?: unknown) => void;
}

export interface RunResult {
  readonly state: CampaignState;
  readonly settled: number;
  readonly accepted: number;
  /** Messages that wait because their push service is paused or asked for a delay. */
  readonly putOff: number;
  /** Push services that are paused, or probed after a pause → the reason. */
  readonly paused: ReadonlyMap<string, string>;
}

/** Upper bound of the messages in doubt after a crash, as a multiple of the concurrency. */
const maxDoubtFactor = 3;
/** Milliseconds for which a campaign keeps trying, when its TTL is shorter. */
const minRetryWindow = 86_400_000;
/** Milliseconds between two checks whether the campaign was cancelled. */
const cancelCheckInterval = 1_000;
const defaultPatience = 120_000;
const defaultReconnect = 120_000;
/** Upper bound of the backoff, in milliseconds, while Postgres can be reached but takes no writes. */
const maxReconnectPause = 5_000;

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

/** A message that is about to be sent. */
interface Ready {
  readonly addressee: Addressee;
  readonly payload: string;
  readonly usedFallback?: boolean | undefined;
}

class Run {
  readonly #campaign: Campaign;
  readonly #session: CampaignSession;
  readonly #options: RunOptions;
  readonly #ledger: DeliveryLedger;
  #cancelled = false;
  #slot = 0;
  #checkedAt = 0;
  /** When Postgres was lost, until the run makes progress again. */
  #lostAt: number | undefined;
  /** Attempts to reconnect since then. */
  #reconnects = 0;
  readonly #retryUntil: number;
  readonly #composer: Composer;
  readonly #source: RunSource;
  readonly #now: () => Date;

  constructor(campaign: Campaign, session: CampaignSession, options: RunOptions) {
    this.#campaign = campaign;
    this.#session = session;
    this.#options = options;
    const { campaign_id, journey, settings, started_at } = campaign;
    const { shopOrigin, onProgress, composer } = options;
    this.#ledger = new DeliveryLedger({ campaignId: campaign_id, client: () => session.client, onProgress });
    this.#composer = composer?.(campaign) ?? plainComposer(campaign, shopOrigin);
    this.#source = options.source ?? ofAudience;
    this.#now = options.now ?? (() => new Date());
    // A journey started long ago and never ends; its messages are too late when their occasions expire.
    const begun = journey === null ? started_at! : this.#now();
    this.#retryUntil = begun.getTime() + Math.max(settings.ttl * 1_000, minRetryWindow);
  }

  async run(): Promise<RunResult> {
    for (;;) {
      try {
        return await this.#runOnce();
      } catch (error) {
        const failure = isPostgresAway(error) ? error : await this.#stopped(error);
        if (!isPostgresAway(failure)) throw error;
        await this.#reconnect(failure);
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
      if (isPostgresAway(error)) throw error;
      // Let messages in flight end and record them before reporting the cause.
      await this.#ledger.recover().catch((failure) => {
        if (isPostgresAway(failure)) throw failure;
      });
      if (!signal.aborted && !this.#cancelled) throw error;
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
   * Reconnects after Postgres was lost, or took no writes (a full disk, a standby), and writes the outcomes known so far, so
   * that nobody gets a message twice.
   * @throws CoutureError `postgres_lost` or `postgres_refused` when it takes too long; outcomes are written if that is possible
   */
  async #reconnect(cause: unknown): Promise<void> {
    const { signal, onConnection, reconnectWithin = defaultReconnect } = this.#options;
    if (this.#lostAt === undefined) onConnection?.('lost', cause);
    this.#lostAt ??= performance.now();
    // A process that was asked to end has little time.
    const within = signal.aborted ? Math.min(reconnectWithin, 1_000) : reconnectWithin;
    // A server that can be reached, but takes no writes, fails again at once.
    const pause = this.#reconnects === 0 ? 0 : Math.min(100 * 2 ** this.#reconnects, maxReconnectPause);
    this.#reconnects += 1;
    try {
      if (performance.now() + pause > this.#lostAt + within) throw cause;
      await delay(pause, undefined, { signal }).catch(() => {});
      await this.#session.reopen(this.#lostAt + within, signal);
    } catch (error) {
      await this.#giveUp(error);
      throw error;
    }
    try {
      await this.#ledger.recover();
      const { client } = this.#session;
      if (!(await beginCampaign(client, this.#campaign.campaign_id, { doubt: false })))
        this.#cancelled = true;
    } catch (error) {
      if (isPostgresAway(error)) return this.#reconnect(error);
      await this.#stopped(error);
      throw error;
    }
  }

  /** Records why a person has to look: a retry would fail in the same way. @returns the error of that, if any */
  async #stopped(cause: unknown): Promise<unknown> {
    const { client } = this.#session;
    const { message } = cause as Error;
    return setCampaignState(client, this.#campaign.campaign_id, 'stopped', message).catch((error) => error);
  }

  /** Postgres takes writes again. */
  #progressed(): void {
    if (this.#lostAt === undefined) return;
    this.#lostAt = undefined;
    this.#reconnects = 0;
    this.#options.onConnection?.('back');
  }

  /** Postgres did not come back, or another process took over the campaign: write the known outcomes if possible. */
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
        // The rows still say `sending`: the next run counts them as in doubt.
      } finally {
        await client.end();
      }
    }
    if ((cause as { code?: string }).code === 'campaign_running') return;
    const { code, message } = reportError(cause);
    const isRefused = code === 'postgres_refused';
    throw new CoutureError(
      isRefused ? code : 'postgres_lost',
      isRefused ? message : connectionLost(cause).message,
      `When the server is up again, run "couture push resume ${campaign_id}". Subscribers whose outcome was recorded don't get the message twice.`,
      { cause },
    );
  }

  /** Sends messages left by an earlier run, and those deferred until now. */
  async #sendDue(): Promise<void> {
    const { due } = this.#source;
    for (;;) {
      const rows = await due(this.#session.client, this.#campaign.campaign_id, 1_000);
      if (rows.length === 0) return;
      await this.#sendAll(rows);
    }
  }

  async #sendNew(): Promise<void> {
    const { signal } = this.#options;
    for await (const rows of this.#source.fresh(this.#session, this.#campaign, signal))
      await this.#sendAll(rows);
  }

  /** Waits for messages that are due within `patience`. */
  async #sendLater(): Promise<CampaignState> {
    const { patience = defaultPatience, signal } = this.#options;
    const until = this.#now().getTime() + patience;
    for (;;) {
      await this.#settleAll();
      const at = await nextDue(this.#session.client, this.#campaign.campaign_id);
      this.#progressed();
      if (!at) return 'done';
      if (at.getTime() > until) return 'waiting';
      await delay(Math.max(0, at.getTime() - this.#now().getTime()), undefined, { signal });
      await this.#sendDue();
    }
  }

  async #sendAll(rows: readonly Addressee[]): Promise<void> {
    const { quiet } = this.#campaign.settings;
    const now = this.#now();
    const sendable: Addressee[] = [];
    for (const addressee of rows) {
      // Drawn before anything else excludes people, so that the arms have the same kind of people.
      if (campaignArm(this.#campaign, addressee) === 'held_out') this.#skip(addressee, 'held_out');
      else if (addressee.capped) this.#skip(addressee, 'cap');
      else if (addressee.sunset) this.#skip(addressee, 'sunset');
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
    if (sendable.length > 0) await this.#sendThese(sendable);
    await this.#ledger.flushed();
  }

  async #sendThese(sendable: readonly Addressee[]): Promise<void> {
    const { concurrency, rate, cap } = this.#campaign.settings;
    const compose = await this.#composer.prepare(sendable);
    // With a low rate, take one second's worth at most: a message recorded as `sending` should be sent soon.
    const step = Math.max(1, Math.min(concurrency, rate ?? concurrency));
    for (let at = 0; at < sendable.length; at += step) {
      const some = sendable.slice(at, at + step);
      await this.#ledger.room(concurrency * maxDoubtFactor - some.length);
      await this.#throwIfEnded();
      const ready = await this.#composed(some, compose);
      const capped = await this.#ledger.begin(
        ready.map(({ addressee }) => ({ addressee, state: 'sending', attempts: addressee.attempts + 1 })),
        cap,
      );
      this.#progressed();
      const isCapped = ({ addressee }: Ready) => capped.has(addressee.subscription_id);
      for (const { addressee } of ready.filter(isCapped)) this.#skip(addressee, 'cap');
      await this.#sendChunk(ready.filter((each) => !isCapped(each)));
    }
  }

  /** The messages of some addressees; those without a message are settled as skipped. */
  async #composed(some: readonly Addressee[], compose: ComposeSome): Promise<Ready[]> {
    const messages = await compose(some);
    return some.flatMap((addressee, at) => {
      const message = messages[at]!;
      if ('payload' in message) return [{ addressee, ...message }];
      this.#skip(addressee, message.skip);
      return [];
    });
  }

  #skip(addressee: Addressee, reason: string): void {
    this.#ledger.note({ addressee, state: 'skipped', reason, attempts: addressee.attempts });
  }

  async #sendChunk(chunk: readonly Ready[]): Promise<void> {
    let sent = 0;
    try {
      for (const ready of chunk) {
        await this.#pace();
        await this.#ledger.room(this.#campaign.settings.concurrency * (maxDoubtFactor - 1));
        this.#options.signal.throwIfAborted();
        void this.#ledger.track(this.#send(ready));
        sent += 1;
      }
    } finally {
      // Known not to be sent: they are due at once and not in doubt.
      for (const { addressee } of chunk.slice(sent))
        this.#ledger.note({ addressee, state: 'waiting', attempts: addressee.attempts, nextAt: new Date() });
    }
  }

  async #send({ addressee, payload, usedFallback = false }: Ready): Promise<Settled> {
    const { ttl, urgency } = this.#campaign.settings;
    const target = { ...addressee, keyId: addressee.key_id, owner: addressee.customer_id };
    // A later message of a campaign replaces an earlier one that still waits at the push service; one of a journey doesn't.
    const topic = addressee.occasion_id ? `o${addressee.occasion_id}` : `c${this.#campaign.campaign_id}`;
    const outcome = await this.#options.delivery.send(target, payload, { ttl, urgency, topic });
    const settled = settledOf(addressee, outcome, this.#retryUntil);
    return settled.state === 'accepted' && usedFallback ? { ...settled, reason: 'fallback' } : settled;
  }

  async #settleAll(): Promise<void> {
    await this.#ledger.room(0);
    await this.#ledger.flushed();
  }

  /** Waits for the next slot of the campaign's rate. */
  async #pace(): Promise<void> {
    const { rate } = this.#campaign.settings;
    if (!rate) return;
    const now = performance.now();
    this.#slot = Math.max(now, this.#slot + 1_000 / rate);
    if (this.#slot - now > 2) await delay(this.#slot - now, undefined, { signal: this.#options.signal });
  }

  /** Throws when the run was aborted or the campaign was cancelled. */
  async #throwIfEnded(): Promise<void> {
    this.#options.signal.throwIfAborted();
    if (this.#cancelled) throw new Error('cancelled');
    if (performance.now() - this.#checkedAt < cancelCheckInterval) return;
    this.#checkedAt = performance.now();
    const now = await readCampaign(this.#session.client, this.#campaign.campaign_id);
    if (now?.state !== 'cancelled') return;
    this.#cancelled = true;
    throw new Error('cancelled');
  }
}
