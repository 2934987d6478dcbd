// The setting `model` and the settings of co-purchase lists → the model that a build makes.
import { CoutureError } from '../../../runtime/core/errors.ts';
import type { Config, SimilarityName } from '../../../runtime/core/options.ts';
import {
  type CopurchaseSettings,
  checkModel,
  copurchaseShape,
  defaultPersonal,
  halfLifeOf,
  type ModelJson,
  type PersonalSettings,
  personalizedShape,
  readModelFile,
} from './model-settings.ts';

export interface BuildModel {
  /** The model behind `personalized`. */
  readonly personal: PersonalSettings;
  /** The configuration with the model's settings of co-purchase lists in place of its own. */
  readonly config: Config;
}

/**
 * Reads the model that the configuration names, as `{personalized, copurchase}` or as a file of that shape. A part that is
 * missing is the default model, or what --similarity and the other settings say.
 * @throws CoutureError `file_unreadable`, `file_invalid`, `bad_option`
 */
export function modelOf(config: Config): BuildModel {
  const { personalized, copurchase } = modelJsonOf(config);
  return {
    personal: personalized ? personalizedShape.parse(personalized) : defaultPersonal,
    config: copurchase ? { ...config, ...settingsOfCopurchase(copurchaseShape.parse(copurchase)) } : config,
  };
}

/** The model that the configuration names, as it was written. @throws CoutureError `file_unreadable`, `file_invalid` */
export function modelJsonOf({ model }: Pick<Config, 'model'>): ModelJson {
  if (model === undefined) return {};
  return typeof model === 'string'
    ? readModelFile(model)
    : checkModel(model, '"model" in couture.config.json');
}

/** The settings of a build that make the same co-purchase lists. */
function settingsOfCopurchase(settings: CopurchaseSettings) {
  const { similarity, damping, min_support: minSupport, min_llr: minLlr } = settings;
  const problem = whatCannotBeBuilt(settings);
  if (problem) {
    throw new CoutureError(
      'bad_option',
      `The model's copurchase part cannot be built: ${problem}.`,
      'Tune it again: "couture recs tune --task copurchase" searches only what a build supports.',
    );
  }
  return {
    similarity,
    damping,
    priorStrength: settings.prior_strength,
    popularityPenalty: settings.popularity_penalty,
    ...(weighsOrders(similarity) && { orderWeighting: settings.weighting }),
    minSupport,
    minLlr,
    halfLife: halfLifeOf(settings.half_life_days),
  };
}

/** Whether a build ranks by the weights of orders; the other similarities count orders. */
export function weighsOrders(similarity: SimilarityName): boolean {
  return similarity === 'shrunk' || similarity === 'weighted';
}

function whatCannotBeBuilt(settings: CopurchaseSettings): string | undefined {
  const { similarity, weighting } = settings;
  if (weighting !== 'none' && !weighsOrders(similarity))
    return `weighting is ${JSON.stringify(weighting)}, and builds weigh orders only for shrunk and weighted`;
  const fixed = { basket: 'order', shrink: 0, row_damping: 0 } as const;
  for (const [key, value] of Object.entries(fixed)) {
    const given = settings[key as keyof typeof fixed];
    if (given !== value) return `${key} is ${JSON.stringify(given)}, and builds use ${JSON.stringify(value)}`;
  }
  return undefined;
}
