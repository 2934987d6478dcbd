// The winners of a search → build settings.
import { type Config, optionTable } from '../../../../runtime/core/options.ts';
import { modelJsonOf, modelOf, weighsOrders } from '../../models/model-of-config.ts';
import type { CopurchaseJson, PersonalizedJson } from '../../models/model-settings.ts';

export interface Winners {
  readonly copurchase?: CopurchaseJson | undefined;
  readonly personalized?: PersonalizedJson | undefined;
}

/** Returns the settings of couture.config.json that build the winners. */
export function settingsOfBuild(
  { copurchase, personalized }: Winners,
  config: Config,
): Record<string, unknown> {
  const settings: Record<string, unknown> = {};
  if (copurchase) {
    const { similarity, damping, min_support, half_life_days = 'none' } = copurchase;
    settings.similarity = similarity;
    if (similarity === 'weighted') settings.damping = damping ?? 0;
    if (similarity === 'shrunk') {
      settings.priorStrength = copurchase.prior_strength ?? optionTable.priorStrength.default;
      settings.popularityPenalty = copurchase.popularity_penalty ?? optionTable.popularityPenalty.default;
    }
    if (weighsOrders(similarity)) settings.orderWeighting = copurchase.weighting;
    settings.minSupport = min_support ?? 1;
    if (config.minLlr > 0) settings.minLlr = 0;
    settings.halfLife = half_life_days === 'none' ? 'none' : `${half_life_days}d`;
  }
  const before = modelJsonOf(config).copurchase;
  if (personalized || (copurchase && config.model !== undefined))
    settings.model = {
      personalized: personalized ?? modelOf(config).personal,
      // It takes precedence over the settings, so it stays only as long as no other one has won.
      ...(before && !copurchase && { copurchase: before }),
    };
  return settings;
}
