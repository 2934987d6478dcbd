// Settings that become flags of every command that builds.
import type { OptionKey } from '../../../runtime/core/options.ts';

/** Settings of the engine that computes a build. */
export const engineSettings = [
  'engine',
  'source',
  'sparkHome',
  'sparkMaster',
  'sparkConf',
  'sparkJdbcJar',
  'sparkPartitions',
] as const satisfies readonly OptionKey[];

export const buildSettings: readonly OptionKey[] = [
  'kinds',
  'since',
  'halfLife',
  'similarity',
  'damping',
  'priorStrength',
  'popularityPenalty',
  'orderWeighting',
  'minSupport',
  'minLlr',
  'top',
  'maxOrderLines',
  'maxHistory',
  'repurchase',
  'model',
  'priceBand',
  'acrossCategories',
  'bundleSize',
  'trendingDays',
  'seed',
  'workers',
  'memory',
  'reader',
  ...engineSettings,
  'keepBuilds',
];
