// Records the outcomes of a campaign's messages, many per statement, and counts the messages in flight. Most outcomes are
// written by the statement that records the next messages; the others wait a moment for more. Those that could not be written
// because Postgres was lost are kept and written after the reconnect.
// Not a `Batcher`: a failure must stop the campaign and stay until the reconnect, instead of being retried.
import type { Client } from '../../sql/pool.ts';
import { beginDeliveries, type Settled, writeDeliveries } from '../../sql/store/push/deliveries.ts';
import type { Cap } from '../../sql/store/push/segments.ts';

export interface LedgerOptions {
  readonly campaignId: number;
  /** Returns the current connection: it changes after a reconnect. */
  readonly client: () => Client;
  readonly onProgress?: ((settled: number, accepted: number) => void) | undefined;
}

/** Rows per statement. */
const maxBatchRows = 2_000;
/** Milliseconds for which an outcome waits for the next messages to be recorded. */
const maxWait = 20;

export class DeliveryLedger {
  readonly #options: LedgerOptions;
  readonly #results: Settled[] = [];
  /** Messages recorded as `sending` whose outcome is not written yet. */
  #open = 0;
  /** Of these, those whose outcome is known. */
  #known = 0;
  /** Messages that a push service has not answered yet. */
  #inFlight = 0;
  #writing: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
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
   * Records that these are about to be sent: after a crash, only recorded messages can be in doubt. The outcomes so far are
   * written by the same statement.
   * @returns the subscriptions that have reached the cap, whose messages are not recorded
   * @throws the error of a failed write
   */
  async begin(rows: readonly Settled[], cap: Cap | null): Promise<ReadonlySet<string>> {
    while (this.#writing) await this.#writing;
    if (this.#failure) throw this.#failure;
    const { client, campaignId } = this.#options;
    let capped: ReadonlySet<string> = new Set();
    await this.#alone(() =>
      this.#writeOutcomes(async (outcomes) => {
        capped = await beginDeliveries(client(), campaignId, { rows, outcomes, cap });
        this.#open += rows.filter(({ addressee }) => !capped.has(addressee.subscription_id)).length;
      }),
    );
    if (this.#failure) throw this.#failure;
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
    if (wasOpen(result)) this.#known += 1;
    this.#flushSoon();
  }

  /** Waits until at most `max` messages have no outcome. @throws the error of a failed write */
  async room(max: number): Promise<void> {
    while (this.#open - this.#known > Math.max(0, max) && !this.#failure) await this.#change();
    if (this.#failure) throw this.#failure;
  }

  /** Waits until every noted outcome is written. @throws the error of a failed write */
  async flushed(): Promise<void> {
    while (this.#writing || (this.#results.length > 0 && !this.#failure)) {
      this.#flush();
      await this.#writing;
    }
    if (this.#failure) throw this.#failure;
  }

  /** Waits until push services have answered every message in flight. */
  async answered(): Promise<void> {
    while (this.#inFlight > 0) await this.#change();
  }

  /** After a failure: waits for answers and writes every outcome; then no message is open. @throws the error of a failed write */
  async recover(): Promise<void> {
    await this.answered();
    this.#failure = undefined;
    await this.flushed();
    this.#open = 0;
    this.#known = 0;
  }

  #change(): Promise<void> {
    return new Promise((resolve) => (this.#wake = resolve));
  }

  #flushSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#flush();
    }, maxWait);
  }

  /** Writes the noted outcomes unless a write runs, after which they follow. */
  #flush(): void {
    if (this.#failure || this.#writing || this.#results.length === 0) return;
    const { client, campaignId } = this.#options;
    void this.#alone(() =>
      this.#writeOutcomes((outcomes) => writeDeliveries(client(), campaignId, outcomes)),
    );
  }

  /** Runs a write while no other runs; its error is kept. */
  async #alone(write: () => Promise<void>): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = write()
      .catch((error) => {
        this.#failure ??= error;
      })
      .finally(() => {
        this.#writing = undefined;
        this.#wake?.();
        if (this.#results.length > 0) this.#flushSoon();
      });
    await this.#writing;
  }

  async #writeOutcomes(write: (outcomes: readonly Settled[]) => Promise<void>): Promise<void> {
    const { onProgress } = this.#options;
    const batch = this.#results.slice(0, maxBatchRows);
    await write(batch);
    this.#results.splice(0, batch.length);
    const ended = batch.filter(wasOpen).length;
    this.#open -= ended;
    this.#known -= ended;
    this.settled += batch.filter(({ state }) => state !== 'waiting').length;
    this.accepted += batch.filter(({ state }) => state === 'accepted').length;
    if (batch.length > 0) onProgress?.(this.settled, this.accepted);
  }
}

/** Skipped messages and those in quiet hours were never counted as open. */
function wasOpen({ state, reason }: Settled): boolean {
  return state !== 'skipped' && reason !== 'quiet_hours';
}
