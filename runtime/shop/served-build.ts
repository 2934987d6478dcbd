// Which build is served and which rules hold, known without asking: told by NOTIFY, checked on a beat, and asked of
// the database for each request while the connection that listens is down.

import type { IdTypes } from '../../sql/id-types.ts';
import { type Listener, listen } from '../../sql/listen.ts';
import type { Pool, Queryable } from '../../sql/pool.ts';
import { type Experiment, runningExperiment } from '../../sql/store/builds/experiments.ts';
import { activeRules, type CurationRule } from '../../sql/store/lists/curation.ts';
import type { Log } from '../core/log.ts';
import { ListCache } from './list-cache.ts';

/** What one request goes by from its start to its end. */
export interface Serving {
  /** Undefined before the first publish. */
  readonly lists: ListCache | undefined;
  readonly publishedAt: Date | undefined;
  readonly rules: readonly CurationRule[];
  /** Another build for a share of the visitors. */
  readonly experiment?:
    | { readonly id: number; readonly share: number; readonly lists: ListCache }
    | undefined;
}

export interface ServedBuildOptions {
  readonly pool: Pool;
  readonly url: string;
  readonly ids: IdTypes;
  readonly log: Log;
  /** What the lists of a build may hold in memory. */
  readonly listBytes: number;
  /** Told which products were sold by any process. */
  readonly onSold: (productIds: string[]) => void;
}

/** After this many milliseconds without a beat, what is known is asked for again. */
const longestSilence = 2_500;

export class ServedBuild {
  readonly #options: ServedBuildOptions;
  #serving: Serving = { lists: undefined, publishedAt: undefined, rules: [] };
  #listener: Listener | undefined;
  #listening = false;
  /** Monotonic time of the last beat. */
  #beatAt = Number.NEGATIVE_INFINITY;
  /** Notifications so far, and those that what is known takes account of. */
  #told = 0;
  #knownTold = -1;
  /** When the reading began that what is known comes from. */
  #knownAt = Number.NEGATIVE_INFINITY;
  #asking: Promise<Serving> | undefined;
  /** Goes up with every change; what was made before may not be shown any more. */
  version = 0;

  constructor(options: ServedBuildOptions) {
    this.#options = options;
  }

  /** Starts listening; after this, `current()` knows. */
  async start(): Promise<void> {
    this.#listener = await listen({
      url: this.#options.url,
      applicationName: 'couture runtime listener',
      channels: {
        couture_published: () => this.#doubt(),
        couture_curation: () => this.#doubt(),
        couture_stock: (payload) => this.#sold(payload),
      },
      catchUp: async (client) => {
        const begun = performance.now();
        await this.#learn(client);
        this.#beatAt = begun;
      },
      onState: (state, cause) => {
        this.#listening = state === 'listening';
        if (this.#listening) return this.#options.log.info('listening for changes');
        this.#options.log.warn(
          { err: cause },
          'lost the LISTEN connection; querying the database for each request',
        );
      },
    });
  }

  /** True while nothing has to be asked. */
  get certain(): boolean {
    return (
      this.#listening && this.#told === this.#knownTold && performance.now() < this.#beatAt + longestSilence
    );
  }

  /** What a request may go by without asking; only while `certain`. */
  get known(): Serving {
    return this.#serving;
  }

  /** What a request goes by: known, or asked. */
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

  /** Something changed: the next request asks, and all others with it. */
  #doubt(): void {
    this.#told += 1;
    this.#asking = undefined;
    // Nobody may ask for a while; failures are those of whoever asks next.
    Promise.resolve(this.current()).catch(() => {});
  }

  async #learn(client: Queryable): Promise<Serving> {
    const [begun, told] = [performance.now(), this.#told];
    const { rows } = await client.query<{ build_id: number; published_at: Date }>(
      'select build_id, published_at from couture.published',
    );
    const rules = await activeRules(client);
    const experiment = await runningExperiment(client);
    // Told of a change meanwhile: this may be from before it.
    if (told !== this.#told) return this.#learn(client);
    if (begun < this.#knownAt) return this.#serving;
    this.#knownAt = begun;
    this.#knownTold = told;
    this.#take(rows[0], rules, experiment);
    return this.#serving;
  }

  #take(
    published: { build_id: number; published_at: Date } | undefined,
    rules: CurationRule[],
    experiment: Experiment | undefined,
  ): void {
    const { lists, publishedAt } = this.#serving;
    const same = lists?.build === published?.build_id;
    if (
      same &&
      this.#serving.experiment?.id === experiment?.experiment_id &&
      equalRules(this.#serving.rules, rules) &&
      publishedAt?.getTime() === published?.published_at.getTime()
    )
      return;
    const { pool, ids, listBytes, log } = this.#options;
    this.version += 1;
    this.#serving = {
      lists: same ? lists : published && new ListCache(pool, ids, published.build_id, listBytes),
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
      // Whoever else notifies on this channel; cards are read anew within a second in any case.
    }
  }
}

function equalRules(one: readonly CurationRule[], other: readonly CurationRule[]): boolean {
  return one.length === other.length && JSON.stringify(one) === JSON.stringify(other);
}
