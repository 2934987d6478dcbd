// Writes down what becomes of a campaign's messages, many in a statement, and counts those under way. What could not be
// written because Postgres was lost is kept, and written after the reconnect.
import type { Queryable } from '../../sql/pool.ts';
import { noteSubscriptions, type Settled, writeDeliveries } from '../../sql/store/push/campaigns.ts';

export interface LedgerOptions {
  readonly campaignId: number;
  /** The connection of this moment. */
  readonly client: () => Queryable;
  readonly onProgress?: ((settled: number, accepted: number) => void) | undefined;
}

/** Rows of one statement. */
const batchRows = 2_000;

export class DeliveryLedger {
  readonly #options: LedgerOptions;
  readonly #results: Settled[] = [];
  /** Messages that are written down as being sent, and not yet as settled. */
  #open = 0;
  /** Messages that a push service has been given and has not answered. */
  #inFlight = 0;
  #writing: Promise<void> | undefined;
  #failure: unknown;
  #wake: (() => void) | undefined;
  settled = 0;
  accepted = 0;

  constructor(options: LedgerOptions) {
    this.#options = options;
  }

  /** What waits to be written. */
  get waiting(): readonly Settled[] {
    return this.#results;
  }

  /** Writes down that these are about to be sent: this is what makes a crash harmless. */
  async begin(rows: readonly Settled[]): Promise<void> {
    await writeDeliveries(this.#options.client(), this.#options.campaignId, rows);
    this.#open += rows.length;
  }

  /** Notes what becomes of one when its push service has answered. */
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

  /** Waits until at most so many are under way. @throws what writing failed of */
  async room(most: number): Promise<void> {
    while (this.#open > Math.max(0, most) && !this.#failure) await this.#change();
    if (this.#failure) throw this.#failure;
  }

  /** Waits until all that was noted is written. @throws what writing failed of */
  async flushed(): Promise<void> {
    while (this.#writing) await this.#writing;
    if (this.#failure) throw this.#failure;
  }

  /** Waits until push services have answered all that they were given. */
  async answered(): Promise<void> {
    while (this.#inFlight > 0) await this.#change();
  }

  /** After a reconnect: writes all that is known; then nothing is under way. @throws what writing failed of */
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

  /** Writes what has come, one statement after the other; more gathers meanwhile. */
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
      const batch = this.#results.slice(0, batchRows);
      await writeDeliveries(client(), campaignId, batch);
      const of = (state: Settled['state']) =>
        batch.filter((each) => each.state === state).map(({ addressee }) => addressee.subscription_id);
      const accepted = of('accepted');
      await noteSubscriptions(client(), { accepted, failed: of('failed'), gone: of('gone') });
      this.#results.splice(0, batch.length);
      // Those that were never under way, skipped or quiet, were not counted as open.
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
