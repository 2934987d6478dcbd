// couture.build and couture.published: the states of a build, from running to superseded.
import { inTransaction, type Queryable } from '../../pool.ts';

export type BuildState = 'running' | 'ready' | 'published' | 'superseded' | 'failed' | 'rejected';

export interface BuildRow {
  build_id: number;
  state: BuildState;
  engine: string;
  started_at: Date;
  finished_at: Date | null;
  config: Record<string, unknown>;
  source: Record<string, number>;
  watermark: Date | null;
  stages: Record<string, number>;
  total_ms: number | null;
  peak_rss_bytes: string | null;
  lists: Record<string, number>;
  skipped: Record<string, number>;
  metrics: Record<string, unknown>;
  warnings: string[];
  error: string | null;
  /** The build that was served when this one was published. */
  replaced: number | null;
}

/** The figures that a build stores when it ends. */
export interface BuildFigures {
  readonly source: Record<string, number>;
  readonly watermark: Date | null;
  readonly stages: Record<string, number>;
  readonly totalMs: number;
  readonly peakRssBytes: number;
  readonly lists: Record<string, number>;
  readonly skipped: Record<string, number>;
  readonly metrics: Record<string, unknown>;
  readonly warnings: readonly string[];
}

/** Inserts the row of a new build. Build numbers are never reused. */
export async function insertBuild(
  client: Queryable,
  engine: string,
  config: Record<string, unknown>,
): Promise<number> {
  const { rows } = await client.query<{ build_id: number }>(
    'insert into couture.build (engine, config) values ($1, $2) returning build_id',
    [engine, JSON.stringify(config)],
  );
  return rows[0]!.build_id;
}

/** Sets the final state of a build and stores its figures. */
export async function finishBuild(
  client: Queryable,
  buildId: number,
  state: BuildState,
  figures: BuildFigures,
): Promise<void> {
  const json = (value: unknown) => JSON.stringify(value);
  await client.query(
    `update couture.build set state = $2, finished_at = now(), source = $3, watermark = $4, stages = $5, total_ms = $6,
       peak_rss_bytes = $7, lists = $8, skipped = $9, metrics = $10, warnings = $11
     where build_id = $1`,
    [
      buildId,
      state,
      json(figures.source),
      figures.watermark,
      json(figures.stages),
      Math.round(figures.totalMs),
      figures.peakRssBytes,
      json(figures.lists),
      json(figures.skipped),
      json(figures.metrics),
      json(figures.warnings),
    ],
  );
}

/** Marks a build failed. */
export async function failBuild(client: Queryable, buildId: number, error: string): Promise<void> {
  await client.query(
    `update couture.build set state = 'failed', finished_at = now(), error = $2 where build_id = $1 and state = 'running'`,
    [buildId, error.slice(0, 2_000)],
  );
}

/** Ends a build that found nothing to do: it has no lists, like a build that was pruned. */
export async function endUnchanged(
  client: Queryable,
  buildId: number,
  published: number,
  stages: Record<string, number>,
): Promise<void> {
  await client.query(
    `update couture.build set state = 'superseded', finished_at = now(), stages = $2, warnings = $3 where build_id = $1`,
    [buildId, JSON.stringify(stages), JSON.stringify([`nothing had changed since build ${published}`])],
  );
}

/** Marks builds of dead processes as failed. The caller holds the build lock, so no other build can be running. */
export async function failOrphans(client: Queryable): Promise<number[]> {
  const { rows } = await client.query<{ build_id: number }>(
    `update couture.build set state = 'failed', finished_at = now(), error = 'its process ended before it did'
     where state = 'running' returning build_id`,
  );
  return rows.map((row) => row.build_id);
}

/** The newest builds first. */
export async function listBuilds(client: Queryable, limit: number): Promise<BuildRow[]> {
  const { rows } = await client.query<BuildRow>(
    'select * from couture.build order by build_id desc limit $1',
    [limit],
  );
  return rows;
}

/** Numbers of builds: a schedule adds thousands of rows in a year, with all of their settings and figures. */
export async function buildsInStates(client: Queryable, states: readonly BuildState[]): Promise<number[]> {
  const { rows } = await client.query<{ build_id: number }>(
    'select build_id from couture.build where state = any ($1) order by build_id desc',
    [states],
  );
  return rows.map((row) => row.build_id);
}

export async function findBuild(client: Queryable, buildId: number): Promise<BuildRow | undefined> {
  const { rows } = await client.query<BuildRow>('select * from couture.build where build_id = $1', [buildId]);
  return rows[0];
}

/** The published build; undefined before the first publish. */
export async function publishedBuild(client: Queryable): Promise<BuildRow | undefined> {
  const { rows } = await client.query<BuildRow>(
    'select b.* from couture.published p join couture.build b using (build_id)',
  );
  return rows[0];
}

/**
 * Publishes a build: one row changes in one transaction, so readers see the old build or the new one, never a mixture.
 * NOTIFY informs the runtimes at the commit. The build records which one it replaced. A rollback (`stepBack`) keeps the
 * record of its first publish, so that another rollback goes further back.
 */
export async function publishBuild(
  client: Queryable,
  buildId: number,
  options: { readonly stepBack?: boolean } = {},
): Promise<void> {
  await inTransaction(client, async () => {
    // Concurrent publishers take turns, each replacing the previous one.
    await client.query('select build_id from couture.published for update');
    if (!options.stepBack) {
      await client.query(
        `update couture.build b set replaced = p.build_id from couture.published p
         where b.build_id = $1 and p.build_id <> $1`,
        [buildId],
      );
    }
    await client.query(
      `insert into couture.published (build_id) values ($1)
       on conflict (one_row) do update set build_id = excluded.build_id, published_at = now()`,
      [buildId],
    );
    await client.query(
      `update couture.build set state = 'superseded' where state = 'published' and build_id <> $1`,
      [buildId],
    );
    await client.query(`update couture.build set state = 'published' where build_id = $1`, [buildId]);
    await client.query(`select pg_notify('couture_published', $1::text)`, [buildId]);
  });
}
