// `recs evaluate --build`: the lists of a build, and the day after which orders are later than it.
import { CoutureError } from '../../../runtime/core/errors.ts';
import type { CommandContext } from '../../command.ts';
import { chooseBuild, openBuilds } from '../builds/chosen-build.ts';
import type { Task } from '../gate/test-cases.ts';
import type { NamedModel } from './baselines.ts';
import { readBuildLists } from './build-lists.ts';
import type { Split } from './split.ts';

export interface MeasuredBuild {
  readonly model: NamedModel;
  /** Holds out the orders of the days after the build's newest order. */
  readonly split: Split;
  /** Throws if nothing was held out. */
  check(heldOut: number): void;
}

const dayMs = 86_400_000;

/** @throws CoutureError `bad_option` with other flags that name orders or a model, `build_unknown`, `source_empty` */
export async function measuredBuild(
  context: CommandContext,
  flags: Record<string, unknown>,
  task: Task,
): Promise<MeasuredBuild> {
  const other = ['train', 'config', 'similarity', 'testPeriod'].find((name) => flags[name] !== undefined);
  if (other) {
    throw new CoutureError(
      'bad_option',
      `--build and --${other === 'testPeriod' ? 'test-period' : other} cannot be combined: --build measures a build's own lists on the orders after it.`,
      'Leave one of them out.',
    );
  }
  const client = await openBuilds(await context.database(), 'couture evaluate');
  try {
    const build = await chooseBuild(client, flags.build === true ? undefined : String(flags.build));
    const { build_id: id, watermark } = build;
    if (!watermark) {
      throw new CoutureError(
        'source_empty',
        `Build ${id} has no order dates, so no order is known to be later.`,
        'Evaluate the settings instead: "couture recs evaluate" without --build.',
      );
    }
    const lists = await readBuildLists(client, id, task, context.signal);
    const newest = watermark.toISOString().slice(0, 10);
    return {
      model: { name: `build ${id}`, model: { task, lists } },
      split: { after: Math.floor(watermark.getTime() / dayMs) },
      check(heldOut) {
        if (heldOut > 0) return;
        throw new CoutureError(
          'source_empty',
          `There are no orders after ${newest}, the newest day of build ${id}.`,
          'Run it again when there are newer orders, or choose an older build with --build N.',
        );
      },
    };
  } finally {
    await client.end();
  }
}
