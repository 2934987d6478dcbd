// Compares the published build with the build published before it: list counts, coverage, shared entries.
import { openClient } from '../../../../sql/pool.ts';
import { findBuild, publishedBuild } from '../../../../sql/store/builds/builds.ts';
import { listOverlap } from '../../../../sql/store/builds/list-overlap.ts';

export interface KindChange {
  readonly kind: string;
  readonly before: { readonly lists: number; readonly coverage: number };
  readonly now: { readonly lists: number; readonly coverage: number };
  /** Share of the entries that both builds have; undefined if the older lists are pruned. */
  readonly overlap: number | undefined;
}

export interface BuildChanges {
  readonly before: number;
  readonly now: number;
  readonly kinds: readonly KindChange[];
}

type Quality = Record<string, { lists: number; coverage: number }>;

/** Returns undefined unless there are two builds to compare. */
export async function readChanges(databaseUrl: string): Promise<BuildChanges | undefined> {
  const client = await openClient(databaseUrl, { applicationName: 'couture evaluate' });
  try {
    const { rows } = await client.query<{ there: boolean }>(
      `select to_regclass('couture.published') is not null as there`,
    );
    if (!rows[0]!.there) return undefined;
    const now = await publishedBuild(client);
    const before = now?.replaced ? await findBuild(client, now.replaced) : undefined;
    if (!now || !before) return undefined;
    const overlap = await listOverlap(client, now.build_id, before.build_id).catch(() => ({}));
    const [old, fresh] = [before, now].map(({ metrics }) => (metrics.quality ?? {}) as Quality);
    const kinds = Object.entries(fresh!).flatMap(([kind, figures]) => {
      const then = old![kind];
      return then
        ? { kind, before: then, now: figures, overlap: (overlap as Record<string, number>)[kind] }
        : [];
    });
    return { before: before.build_id, now: now.build_id, kinds };
  } finally {
    await client.end();
  }
}
