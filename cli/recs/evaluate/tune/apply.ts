// The winners of a search → build settings.
import type { CopurchaseJson, PersonalizedJson } from '../../models/model-settings.ts';

export interface Winners {
  readonly copurchase?: CopurchaseJson | undefined;
  readonly personalized?: PersonalizedJson | undefined;
}

/** Returns the build settings that reproduce the winners. */
export function settingsOfBuild({ copurchase, personalized }: Winners): Record<string, unknown> {
  const settings: Record<string, unknown> = {};
  if (copurchase) {
    const { similarity, damping, min_support, half_life_days = 'none' } = copurchase;
    settings.similarity = similarity;
    if (similarity === 'weighted') settings.damping = damping ?? 0;
    settings.minSupport = min_support ?? 1;
    settings.halfLife = half_life_days === 'none' ? 'none' : `${half_life_days}d`;
  }
  if (personalized) settings.model = { personalized };
  return settings;
}
