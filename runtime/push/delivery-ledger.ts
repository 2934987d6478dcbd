// Records the outcomes of a campaign's messages, many per statement, and counts the messages in flight. Outcomes that
// could not be written because Postgres was lost are kept and written after the reconnect.
// Not a `Batcher`: a failure must stop the campaign and stay until the reconnect, instead of being retried.
import type { Queryable } from '../../sql/pool.ts';
import {
  beginDeliveries,
  noteSubscriptions,
  type Settled,
  writeDeliveries,
} from '../../sql/store/push/deliveries.ts';
import type { Cap } from '../../sql/store/push/segments.ts';

export interface LedgerOptions {
  readonly campaignId: number;
  /** Returns the current connection: it changes after a reconnect. */
  readonly client: () => Queryable;
  readonly onProgress?: ((settled: number, accepted: number) => void) | undefined;
}

/** Rows per statement. */
const maxBatchRows = 2_000;

export class DeliveryLedger {
  readonly #options: LedgerOptions;
  readonly #results: Settled[] = [];
  /** Messages recorded as `sending` whose outcome is not written yet. */
  #open = 0;
  /** Messages that a push service has not answered yet. */
  #inFlight = 0;
  #writing: Promise<void> | undefined;
  #failure: unknown;
  #wake: (() => void) | undefined;
  settled = 0;
  accepted = 0;

  constructor(options: LedgerOptions) {
    this.#options = options;
  }

  /** Outcomes that are not written yet. */
  get waiting(): readonly Settled[] {
    return this.#results;
  }

  /**
   * Records that these are about to be sent: after a crash, only recorded messages can be in doubt.
   * @returns the subscriptions that have reached the cap, whose messages are not recorded
   */
  async begin(rows: readonly Settled[], cap: Cap | null): Promise<ReadonlySet<string>> {
    const { client, campaignId } = this.#options;
    const capped = await beginDeliveries(client(), campaignId, rows, cap);
    this.#open += rows.length - rows.filter(({ addressee }) => capped.has(addressee.subscription_id)).length;
    return capped;
  }

  /** Counts one message as in flight and notes its outcome when the push service has answered. */
  async track(sending: Promise<Settled>): Promise<void> {
    this.#inFlight += 1;
    const result = await sending;
    this.#inFlight -= 1;
    this.note(result);
    this.#wake?.();
  }

  note(result: Settled): void {
    this.#results.push(result);
    this.#flush();
  }

  /** Waits until at most `max` messages are open. @throws the error of a failed write */
  async room(max: number): Promise<void> {
    while (this.#open > Math.max(0, max) && !this.#failure) await this.#change();
    if (this.#failure) throw this.#failure;
  }

  /** Waits until every noted outcome is written. @throws the error of a failed write */
  async flushed(): Promise<void> {
    while (this.#writing) await this.#writing;
    if (this.#failure) throw this.#failure;
  }

  /** Waits until push services have answered every message in flight. */
  async answered(): Promise<void> {
    while (this.#inFlight > 0) await this.#change();
  }

  /** After a reconnect: writes every known outcome; then no message is open. @throws the error of a failed write */
  async recover(): Promise<void> {
    await this.answered();
    this.#failure = undefined;
    this.#flush();
    await this.flushed();
    this.#open = 0;
  }

  #change(): Promise<void> {
    return new Promise((resolve) => (this.#wake = resolve));
  }

  /** Writes the noted outcomes, one statement at a time; more accumulate meanwhile. */
  #flush(): void {
    if (this.#failure || this.#writing) return;
    this.#writing = this.#write()
      .catch((error) => (this.#failure ??= error))
      .finally(() => {
        this.#writing = undefined;
        this.#wake?.();
        if (this.#results.length > 0) this.#flush();
      });
  }

  async #write(): Promise<void> {
    const { campaignId, client, onProgress } = this.#options;
    while (this.#results.length > 0) {
      const batch = this.#results.slice(0, maxBatchRows);
      await writeDeliveries(client(), campaignId, batch);
      const of = (state: Settled['state']) =>
        batch.filter((each) => each.state === state).map(({ addressee }) => addressee.subscription_id);
      const accepted = of('accepted');
      await noteSubscriptions(client(), { accepted, failed: of('failed'), gone: of('gone') });
      this.#results.splice(0, batch.length);
      // Skipped messages and those in quiet hours were never counted as open.
      this.#open -= batch.filter(
        ({ state, reason }) => state !== 'skipped' && reason !== 'quiet_hours',
      ).length;
      this.settled += batch.filter(({ state }) => state !== 'waiting').length;
      this.accepted += accepted.length;
      onProgress?.(this.settled, this.accepted);
      this.#wake?.();
    }
  }
}
