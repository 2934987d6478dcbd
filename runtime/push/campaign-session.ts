// The two connections of a running campaign: one holds its advisory lock, so that no other process sends it, and writes;
// the other reads subscriptions. Both are reopened after a loss.
import { setTimeout as delay } from 'node:timers/promises';
import { isConnectionLost, isPostgresAway } from '../../sql/errors.ts';
import { type Client, openClient } from '../../sql/pool.ts';
import { holdCampaign, readCampaign, releaseCampaign } from '../../sql/store/push/campaigns.ts';
import { CoutureError } from '../core/errors.ts';

/** Upper bound of the backoff between two reconnects, in milliseconds. */
const maxBackoff = 5_000;

export class CampaignSession {
  readonly #url: string;
  readonly #id: number;
  #client!: Client;
  #reader!: Client;

  private constructor(url: string, id: number) {
    this.#url = url;
    this.#id = id;
  }

  /** @throws CoutureError `campaign_unknown`, `campaign_running` */
  static async open(url: string, id: number): Promise<CampaignSession> {
    const session = new CampaignSession(url, id);
    await session.#open();
    try {
      await session.#requireUnfinished();
    } catch (error) {
      await session.close();
      throw error;
    }
    return session;
  }

  /** The connection that holds the campaign's lock and writes. */
  get client(): Client {
    return this.#client;
  }

  get reader(): Client {
    return this.#reader;
  }

  /**
   * Reconnects after a loss, with exponential backoff. The campaign may be done: only the answer to that was lost.
   * @param until when to give up, on the clock of `performance.now()`
   * @throws CoutureError `postgres_lost` when Postgres does not come back, `campaign_running` when another process took over
   */
  async reopen(until: number, signal: AbortSignal): Promise<void> {
    await this.close();
    for (let pause = 100; ; pause = Math.min(pause * 2, maxBackoff)) {
      try {
        return await this.#open();
      } catch (error) {
        const { code } = error as { code?: string };
        // `campaign_running`: the server may not have noticed yet that our own session, which held the lock, is gone.
        const isRetryable = isPostgresAway(error) || code === 'campaign_running';
        if (!isRetryable || performance.now() + pause > until || signal.aborted) throw error;
      }
      await delay(pause, undefined, { signal }).catch(() => {});
    }
  }

  async release(): Promise<void> {
    await releaseCampaign(this.#client, this.#id);
  }

  async close(): Promise<void> {
    await Promise.allSettled([this.#client.end(), this.#reader.end()]);
  }

  async #open(): Promise<void> {
    this.#client = await openClient(this.#url, { applicationName: 'couture push' });
    try {
      this.#reader = await openClient(this.#url, { applicationName: 'couture push, subscriptions' });
      await this.#hold();
    } catch (error) {
      await Promise.allSettled([this.#client.end(), this.#reader?.end()]);
      throw error;
    }
  }

  async #hold(): Promise<void> {
    const [client, id] = [this.#client, this.#id];
    // When the machine of this process dies, the server must notice sooner than after the system's default of two hours.
    for (const setting of [
      "tcp_keepalives_idle = '15s'",
      "tcp_keepalives_interval = '5s'",
      'tcp_keepalives_count = 3',
    ])
      await client.query(`set ${setting}`).catch((error) => {
        if (isConnectionLost(error)) throw error;
      });
    if (!(await holdCampaign(client, id)))
      throw new CoutureError(
        'campaign_running',
        `Campaign ${id} is being sent by another process`,
        'Wait until it ends; "couture push status" shows its progress.',
      );
  }

  async #requireUnfinished(): Promise<void> {
    const id = this.#id;
    const known = await readCampaign(this.#client, id);
    if (!known)
      throw new CoutureError(
        'campaign_unknown',
        `There is no campaign ${id}`,
        'List campaigns with "couture push status".',
      );
    if (known.state === 'cancelled' || (known.state === 'done' && known.journey === null))
      throw new CoutureError(
        'campaign_running',
        `Campaign ${id} is already ${known.state}`,
        'A finished campaign cannot be sent again; create a new one.',
      );
  }
}
