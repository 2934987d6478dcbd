// The last step of a build: a finished build is published if it passes the quality gate, and rejected if it does not.
import { CoutureError } from '../../../runtime/core/errors.ts';
import type { Config } from '../../../runtime/core/options.ts';
import type { Client } from '../../../sql/pool.ts';
import {
  type BuildFigures,
  finishBuild,
  publishBuild,
  publishedBuild,
} from '../../../sql/store/builds/builds.ts';
import { attachPartitions } from '../../../sql/store/builds/list-partitions.ts';
import type { HeldOutFigures } from '../gate/held-out.ts';
import { type Quality, qualityProblems } from '../gate/quality.ts';

export interface PublishSettings {
  readonly config: Config;
  /** When false, a build that passes stays `ready`. */
  readonly publish: boolean;
  /** Publish even when the quality gate fails. */
  readonly force: boolean;
}

/**
 * Attaches the build's partitions, runs the quality gate and publishes.
 * @throws CoutureError `build_rejected` if the lists are much worse than the published ones
 */
export async function publishIfGood(
  session: Client,
  buildId: number,
  computed: BuildFigures,
  { quality, heldOut }: { readonly quality: Quality; readonly heldOut: HeldOutFigures | undefined },
  { config, force, publish }: PublishSettings,
): Promise<{ state: 'ready' | 'published'; figures: BuildFigures }> {
  await attachPartitions(session, buildId);
  const before = await publishedBuild(session);
  const limits = {
    coverage: config.gateCoverage,
    length: config.gateLength,
    overlap: config.gateOverlap,
    recall: config.gateRecall,
  };
  const problems = await qualityProblems(session, buildId, quality, before, limits, heldOut);
  // Warnings about the orders often explain why the lists are worse.
  const figures = { ...computed, warnings: [...problems, ...computed.warnings] };
  if (problems.length > 0 && !force && publish) {
    await finishBuild(session, buildId, 'rejected', figures);
    throw new CoutureError(
      'build_rejected',
      `Build ${buildId} is much worse than the published build ${before!.build_id}:\n  - ${figures.warnings.join('\n  - ')}`,
      `The build is kept: inspect it with "couture recs show ${buildId}", or publish it with "couture recs publish ${buildId}".`,
    );
  }
  await finishBuild(session, buildId, 'ready', figures);
  if (!publish) return { state: 'ready', figures };
  await publishBuild(session, buildId);
  return { state: 'published', figures };
}
