// Tracks the published build and the active rules without a query per request: NOTIFY reports changes and a heartbeat
// checks for missed ones. While the LISTEN connection is down, each request queries the database.

import type { IdTypes } from '../../sql/id-types.ts';
import { type Listener, listen } from '../../sql/listen.ts';
import type { Pool, Queryable } from '../../sql/pool.ts';
import { type Experiment, runningExperiment } from '../../sql/store/builds/experiments.ts';
import { activeRules, type CurationRule } from '../../sql/store/lists/curation.ts';
import { lastErasure } from '../../sql/store/person/person-data.ts';
import type { Log } from '../core/log.ts';
import { ListCache } from './list-cache.ts';

/** The snapshot that one request uses from start to end. */
export interface Serving {
  /** Undefined before the first publish. */
  readonly lists: ListCache | undefined;
  readonly publishedAt: Date | undefined;
  readonly rules: readonly CurationRule[];
  /** The build that a share of the visitors sees instead. */
  readonly experiment?:
    | { readonly id: number; readonly share: number; readonly lists: ListCache }
    | undefined;
}

export interface ServedBuildOptions {
  readonly pool: Pool;
  readonly url: string;
  readonly ids: IdTypes;
  readonly log: Log;
  /** Memory budget of a build's lists, in bytes. */
  readonly listBytes: number;
  /** Called with the products that any process sold. */
  readonly onSold: (productIds: string[]) => void;
}

/** Milliseconds without a heartbeat after which the known state is no longer trusted. */
const maxSilence = 2_500;

export class ServedBuild {
  readonly #options: ServedBuildOptions;
  #serving: Serving = { lists: undefined, publishedAt: undefined, rules: [] };
  #listener: Listener | undefined;
  #listening = false;
  /** Monotonic time of the last heartbeat. */
  #beatAt = Number.NEGATIVE_INFINITY;
  /** Number of notifications received, and of those that the known state includes. */
  #notified = 0;
  #knownNotified = -1;
  /** When the read that produced the known state began. */
  #knownAt = Number.NEGATIVE_INFINITY;
  #asking: Promise<Serving> | undefined;
  /** The last erasure of a customer that the caches include. */
  #erasure = 0;
  /** Incremented with every change; responses made before are then stale. */
  version = 0;

  constructor(options: ServedBuildOptions) {
    this.#options = options;
  }

  /** Starts listening and reads the current state. */
  async start(): Promise<void> {
    let logged: boolean | undefined;
    this.#listener = await listen({
      url: this.#options.url,
      applicationName: 'couture runtime listener',
      channels: {
        couture_published: () => this.#invalidate(),
        couture_curation: () => this.#invalidate(),
        couture_stock: (payload) => this.#sold(payload),
      },
      catchUp: async (client) => {
        const begun = performance.now();
        await this.#learn(client);
        this.#beatAt = begun;
      },
      onState: (state, cause) => {
        this.#listening = state === 'listening';
        // A standby refuses each attempt.
        if (logged === this.#listening) return;
        logged = this.#listening;
        if (logged) return this.#options.log.info('listening for changes');
        this.#options.log.warn(
          { err: cause },
          'lost the LISTEN connection; querying the database for each request',
        );
      },
    });
  }

  /** Whether the known state is current, so that no query is needed. */
  get certain(): boolean {
    return (
      this.#listening &&
      this.#notified === this.#knownNotified &&
      performance.now() < this.#beatAt + maxSilence
    );
  }

  /** The known state; only current while `certain`. */
  get known(): Serving {
    return this.#serving;
  }

  /** The current state, from memory or from the database. */
  current(): Promise<Serving> | Serving {
    if (this.certain) return this.#serving;
    this.#asking ??= this.#learn(this.#options.pool).finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async close(): Promise<void> {
    await this.#listener?.close();
  }

  /** Something changed: read the state again, once for all requests. */
  #invalidate(): void {
    this.#notified += 1;
    this.#asking = undefined;
    // Read without waiting for a request. If this fails, the next request retries and reports the error.
    Promise.resolve(this.current()).catch(() => {});
  }

  async #learn(client: Queryable): Promise<Serving> {
    const [begun, notified] = [performance.now(), this.#notified];
    const { rows } = await client.query<{ build_id: number; published_at: Date }>(
      'select build_id, published_at from couture.published',
    );
    const erasure = await lastErasure(client);
    const rules = await activeRules(client);
    const experiment = await runningExperiment(client);
    // A notification arrived in the meantime, so this result may be outdated.
    if (notified !== this.#notified) return this.#learn(client);
    if (begun < this.#knownAt) return this.#serving;
    this.#knownAt = begun;
    this.#knownNotified = notified;
    this.#take(rows[0], rules, experiment, erasure);
    return this.#serving;
  }

  #take(
    published: { build_id: number; published_at: Date } | undefined,
    rules: CurationRule[],
    experiment: Experiment | undefined,
    erasure: number,
  ): void {
    const { lists, publishedAt } = this.#serving;
    const same = lists?.build === published?.build_id;
    // The cached lists contain those of a customer who was erased meanwhile.
    const keep = same && erasure === this.#erasure;
    if (
      keep &&
      this.#serving.experiment?.id === experiment?.experiment_id &&
      equalRules(this.#serving.rules, rules) &&
      publishedAt?.getTime() === published?.published_at.getTime()
    )
      return;
    const { pool, ids, listBytes, log } = this.#options;
    this.version += 1;
    this.#erasure = erasure;
    this.#serving = {
      lists: keep ? lists : published && new ListCache(pool, ids, published.build_id, listBytes),
      publishedAt: published?.published_at,
      rules,
      experiment: experiment && {
        id: experiment.experiment_id,
        share: experiment.share,
        lists: new ListCache(pool, ids, experiment.build_id, Math.ceil(listBytes / 2)),
      },
    };
    if (!same) log.info({ build_id: published?.build_id ?? null }, 'serving build');
  }

  #sold(payload: string): void {
    try {
      const ids: unknown = JSON.parse(payload);
      if (Array.isArray(ids)) this.#options.onSold(ids.map(String));
    } catch {
      // Ignore foreign payloads on this channel; cards are refreshed within a second anyway.
    }
  }
}

function equalRules(one: readonly CurationRule[], other: readonly CurationRule[]): boolean {
  return one.length === other.length && JSON.stringify(one) === JSON.stringify(other);
}
