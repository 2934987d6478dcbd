// Reads the state of builds for `recs status`: the published build, the running one, the last problem, the next step.
import type { Client } from '../../../sql/pool.ts';
import { buildLockHolder } from '../../../sql/store/builds/build-lock.ts';
import { buildSizes } from '../../../sql/store/builds/build-sizes.ts';
import { type BuildRow, findBuild, listBuilds } from '../../../sql/store/builds/builds.ts';
import { buildsInBrief } from '../../../sql/store/builds/database-status.ts';
import { buildsInPlace } from '../../../sql/store/builds/list-partitions.ts';
import type { Quality } from '../gate/quality.ts';

/** What `recs status --json` prints. */
export interface BuildStatus {
  readonly published: {
    readonly build_id: number;
    readonly published_at: string;
    /** Seconds since it was published, and since it was built. */
    readonly served_seconds: number;
    readonly age_seconds: number;
    /** Date of the newest order it was built from. */
    readonly watermark: string | null;
    /** Lines, orders, products, customers, pairs. */
    readonly source: Record<string, number>;
    /** Kind → number of lists; kind → share of products in at least one list, not counting fallback entries. */
    readonly lists: Record<string, number>;
    readonly coverage: Record<string, number>;
    readonly bytes: number;
  } | null;
  readonly running: {
    readonly build_id: number;
    readonly started_at: string;
    readonly alive: boolean;
  } | null;
  /** Description of the process that holds the build lock. */
  readonly lock: string | null;
  /** The newest failed or rejected build, if none since has been published or found nothing to do. */
  readonly trouble: {
    readonly build_id: number;
    readonly state: 'failed' | 'rejected';
    readonly finished_at: string | null;
    readonly why: readonly string[];
  } | null;
  /** Number of builds ever started, number of builds whose lists are kept, and their size. */
  readonly builds: number;
  readonly kept: number;
  readonly bytes: number;
  readonly next: string;
}

/** Reads the status without changing anything. Works on a database that was never migrated. */
export async function readBuildStatus(client: Client): Promise<BuildStatus> {
  const { builds: total, published: served } = await buildsInBrief(client);
  const builds = total > 0 ? await listBuilds(client, 100) : [];
  const sizes = await buildSizes(client);
  const lock = (await buildLockHolder(client)) ?? null;
  const row = served ? await findBuild(client, served.build_id) : undefined;
  const published = row && served ? describePublished(row, served.published_at, sizes) : null;
  const current = builds.find((build) => build.state === 'running');
  const running = current
    ? { build_id: current.build_id, started_at: current.started_at.toISOString(), alive: lock !== null }
    : null;
  const trouble = describeTrouble(builds, published?.build_id ?? 0);
  return {
    published,
    running,
    lock,
    trouble,
    builds: total,
    kept: (await buildsInPlace(client)).length,
    bytes: [...sizes.values()].reduce((sum, each) => sum + each, 0),
    next: nextStep(published, running, trouble),
  };
}

function describePublished(
  build: BuildRow,
  publishedAt: Date,
  sizes: ReadonlyMap<number, number>,
): NonNullable<BuildStatus['published']> {
  const quality = (build.metrics.quality ?? {}) as Quality;
  return {
    build_id: build.build_id,
    published_at: publishedAt.toISOString(),
    served_seconds: secondsSince(publishedAt),
    age_seconds: secondsSince(build.finished_at ?? build.started_at),
    watermark: build.watermark?.toISOString() ?? null,
    source: build.source,
    lists: build.lists,
    coverage: Object.fromEntries(Object.entries(quality).map(([kind, figures]) => [kind, figures.coverage])),
    bytes: sizes.get(build.build_id) ?? 0,
  };
}

function secondsSince(time: Date): number {
  return Math.max(0, Math.round((Date.now() - time.getTime()) / 1_000));
}

function describeTrouble(builds: readonly BuildRow[], publishedId: number): BuildStatus['trouble'] {
  const at = builds.findIndex(({ state }) => state === 'failed' || state === 'rejected');
  const build = builds[at];
  if (!build || build.build_id < publishedId) return null;
  if (builds.slice(0, at).some(({ state }) => state === 'superseded')) return null;
  return {
    build_id: build.build_id,
    state: build.state as 'failed' | 'rejected',
    finished_at: build.finished_at?.toISOString() ?? null,
    why: build.error === null ? build.warnings : [build.error],
  };
}

function nextStep(
  published: BuildStatus['published'],
  running: BuildStatus['running'],
  trouble: BuildStatus['trouble'],
): string {
  if (running?.alive) return 'couture recs status, once the build has finished';
  if (trouble) return `couture recs show ${trouble.build_id}`;
  if (running) return 'couture recs build, which cleans up after the dead build';
  return published ? 'couture recs inspect PRODUCT' : 'couture recs build';
}
