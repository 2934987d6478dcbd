// Finds out what an incremental build has to do: read changed lines, or nothing because the published build is up to date.
import type { OrderCustomers } from '../../../../sql/source/order-customers.ts';
import { count } from '../../../terminal/figures.ts';
import type { Catalog } from '../catalog.ts';
import type { SinceWindow } from '../plan.ts';
import type { KeptLists } from '../watch-lists.ts';
import { KeptLog, type KeptLogInput } from './kept-log.ts';
import { hashOfSource, type MadeBuild, readMadeBuild, watchListsHash, writeMadeBuild } from './made-from.ts';

export interface FindChangesInput extends Omit<KeptLogInput, 'from'> {
  readonly since: SinceWindow;
  readonly catalog: Catalog;
  readonly customers: OrderCustomers;
  readonly latestDay: number;
  readonly watchKept: KeptLists;
  /** Every setting and model that decides the lists. */
  readonly options: unknown;
}

export interface Changes {
  readonly kept: KeptLog;
  /** Number of the build that was made from exactly this source with exactly these settings; undefined if none is known. */
  readonly madeBuild: number | undefined;
  /** Remembers that this build was made from the source and published. */
  record(build: number): void;
}

/** Runs in the build's snapshot. `report.summary` gets one line about the changes. */
export async function findChanges(input: FindChangesInput, report: { summary: string }): Promise<Changes> {
  const { client, folder, note, since, watchKept } = input;
  const kept = await KeptLog.open({ ...input, from: since.from });
  const hash = hashOfSource({
    ...input,
    checks: kept.checks,
    watchLists: await watchListsHash(client, watchKept),
  });
  const { lines, all } = kept.changes;
  report.summary = `${count(lines)} of ${count(all)} lines to read`;
  const made: MadeBuild | undefined = readMadeBuild(folder);
  return {
    kept,
    madeBuild: made?.hash === hash ? made.build : undefined,
    record(build) {
      try {
        writeMadeBuild(folder, { build, hash });
      } catch (error) {
        note(`Could not remember what build ${build} was made from: ${(error as Error).message}`);
      }
    },
  };
}
