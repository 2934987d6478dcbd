// Settings that every command which builds has as flags.
import type { OptionKey } from '../../../runtime/core/options.ts';

/** Where a build is computed. */
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
  'measure',
  'damping',
  'minSupport',
  'minLlr',
  'top',
  'maxOrderLines',
  'maxHistory',
  'repurchase',
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
