// Events of messages that service workers report: verified by the signed id of the message, gathered, and written many at
// a time, because a campaign's impressions arrive as fast as it is sent.
import { isPostgresAway } from '../../sql/errors.ts';
import type { Pool } from '../../sql/pool.ts';
import { readCampaign } from '../../sql/store/push/campaigns.ts';
import { type MessageEvent, noteEvents } from '../../sql/store/push/engagement.ts';
import type { Log } from '../core/log.ts';
import { Batcher } from '../work/batcher.ts';
import { isGenuine, readBeacon } from './beacon.ts';

/** Events per statement. */
const maxBatch = 1_000;
/** Events that wait while Postgres is away; beyond, new impressions are dropped, then everything. */
const maxWaiting = 20_000;
/** Campaigns whose keys are kept. */
const maxKeys = 200;
/** Milliseconds in which events are gathered, and before a failed write is retried. */
const delay = 200;
const retryDelay = 2_000;

export class MessageEvents {
  readonly #pool: Pool;
  readonly #log: Log;
  readonly #batcher: Batcher;
  readonly #keys = new Map<number, Buffer>();
  #waiting: MessageEvent[] = [];

  constructor(pool: Pool, log: Log) {
    this.#pool = pool;
    this.#log = log;
    this.#batcher = new Batcher({
      delay,
      retryDelay,
      eager: true,
      pending: () => this.#waiting.length > 0,
      flush: () => this.#flush(),
    });
  }

  /**
   * Notes an event if the beacon is genuine; ignores it otherwise.
   * @param age seconds since it happened
   */
  async note(text: string, type: MessageEvent['type'], age: number): Promise<void> {
    const beacon = readBeacon(text);
    const key = beacon && (await this.#keyOf(beacon.campaignId));
    if (!beacon || !key || !isGenuine(beacon, key)) return;
    const { campaignId, subscriptionId, occasionId } = beacon;
    if (this.#waiting.length >= (type === 'show' ? maxWaiting / 2 : maxWaiting)) return;
    this.#waiting.push({ campaignId, subscriptionId, occasionId, type, age });
    this.#batcher.schedule();
  }

  /** Writes what is waiting. */
  async close(): Promise<void> {
    await this.#batcher.close();
  }

  /** The key of a campaign, which never changes. */
  async #keyOf(campaignId: number): Promise<Buffer | undefined> {
    const kept = this.#keys.get(campaignId);
    if (kept) return kept;
    const campaign = await readCampaign(this.#pool, campaignId);
    if (!campaign) return undefined;
    if (this.#keys.size >= maxKeys) this.#keys.delete(this.#keys.keys().next().value!);
    this.#keys.set(campaignId, campaign.beacon_key);
    return campaign.beacon_key;
  }

  async #flush(): Promise<void> {
    const batch = this.#waiting.slice(0, maxBatch);
    try {
      await noteEvents(this.#pool, batch);
    } catch (error) {
      if (isPostgresAway(error)) throw error;
      // Do not retry: the batch would fail again and block later ones.
      this.#log.error({ err: error, events: batch.length }, 'cannot write events of push messages');
    }
    this.#waiting = this.#waiting.slice(batch.length);
  }
}
