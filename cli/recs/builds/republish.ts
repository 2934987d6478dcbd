// Publishes a build by hand: a given one, or the one that was published before. Each returns what changed.
import { CoutureError } from '../../../runtime/core/errors.ts';
import type { Client } from '../../../sql/pool.ts';
import { type BuildRow, findBuild, publishBuild, publishedBuild } from '../../../sql/store/builds/builds.ts';
import { buildsInPlace } from '../../../sql/store/builds/list-partitions.ts';
import { withPublishLock } from '../../../sql/store/builds/publish-lock.ts';
import { namedBuild, requireTables } from './chosen-build.ts';

/** What `recs publish --json` and `recs rollback --json` print. */
export interface Republished {
  readonly build_id: number;
  /** The build that was published until now. */
  readonly replaced: number | null;
  /** False if the build was already published. */
  readonly changed: boolean;
}

/**
 * Publishes the build with the number `text`. Waits only for another publish or a prune: a running build goes on,
 * and replaces this one when it publishes.
 * @throws CoutureError `bad_option`, `build_unknown`
 */
export async function publishByHand(client: Client, text: string): Promise<Republished> {
  return withPublishLock(client, async () => {
    const build = await requireTables(client, await namedBuild(client, text));
    const before = await publishedBuild(client);
    const changed = before?.build_id !== build.build_id;
    if (changed) await publishBuild(client, build.build_id);
    return { build_id: build.build_id, replaced: changed ? (before?.build_id ?? null) : null, changed };
  });
}

/**
 * Publishes the build that the current one replaced. If that was pruned, the build that it had replaced, and so on.
 * @throws CoutureError `build_unknown` if there is none
 */
export async function rollBack(client: Client): Promise<Republished> {
  return withPublishLock(client, async () => {
    const current = await publishedBuild(client);
    if (!current) {
      throw new CoutureError(
        'build_unknown',
        'No build is published, so there is nothing to roll back.',
        seeList,
      );
    }
    const target = await servedBefore(client, current);
    if (!target) {
      throw new CoutureError(
        'build_unknown',
        `No build published before build ${current.build_id} still has its lists.`,
        seeList,
      );
    }
    await publishBuild(client, target.build_id, { stepBack: true });
    return { build_id: target.build_id, replaced: current.build_id, changed: true };
  });
}

const seeList =
  'Run "couture recs list" to see all builds; "couture recs publish ID" publishes any that still has its lists.';

async function servedBefore(client: Client, current: BuildRow): Promise<BuildRow | undefined> {
  const inPlace = await buildsInPlace(client);
  const seen = new Set([current.build_id]);
  for (let id = current.replaced; id !== null && !seen.has(id); ) {
    seen.add(id);
    const build = await findBuild(client, id);
    if (build && inPlace.includes(id)) return build;
    id = build?.replaced ?? null;
  }
  return undefined;
}
