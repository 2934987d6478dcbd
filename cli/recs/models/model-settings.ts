// The settings of a model: the one JSON shape that a build's row stores, `recs tune` writes, and builds and evaluations read.
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { CoutureError } from '../../../runtime/core/errors.ts';
import { similarities, weightings } from '../../../runtime/core/options.ts';
import { pairPrior } from '../similarity/open-similarity.ts';
import { repurchaseThreshold } from './repurchase.ts';

/** Basket definition: the items of one order, or a customer's whole history. */
export const basketKinds = ['order', 'customer'] as const;
export type BasketKind = (typeof basketKinds)[number];

const halfLife = z.union([z.literal('none'), z.number().positive()]).default('none');
const power = z.number().min(0).max(2);
const weight = z.number().min(0);
const share = z.number().min(0).max(1);
const wholeFrom = (least: number, most: number) => z.number().int().min(least).max(most);

export const copurchaseShape = z.strictObject({
  similarity: z.enum(similarities),
  weighting: z.enum(weightings),
  basket: z.enum(basketKinds),
  half_life_days: halfLife,
  shrink: z.number().min(0).default(0),
  damping: power.default(0),
  row_damping: power.default(0),
  min_support: wholeFrom(1, 1e9).default(1),
  prior_strength: z.number().min(0).default(pairPrior.strength),
  popularity_penalty: z.number().min(0).default(pairPrior.popularityPenalty),
  min_llr: z.number().min(0).default(0),
});

/** Largest number of purchases in a profile. */
export const maxProfile = 1_000;

const itemKnnShape = z.strictObject({
  weight: weight.default(1),
  similarity: z.enum(similarities).default('weighted'),
  weighting: z.enum(weightings).default('inverse'),
  shrink: z.number().min(0).default(0),
  damping: power.default(0.25),
  row_damping: power.default(0),
  smoothing: z.number().min(0).default(2),
  neighbours: wholeFrom(0, 1e6).optional(),
  nearest: z.enum(['known', 'recommended']).default('known'),
  normalise: z.boolean().default(true),
});

const easeShape = z.strictObject({
  weight: weight.default(1),
  ridge: z.number().positive().default(100),
  candidates: wholeFrom(0, 1e6).default(60),
  neighbours: wholeFrom(0, 1e6).default(20),
  low_pass: weight.default(0),
  factors: wholeFrom(1, 1_000).default(64),
});

/** The terms whose sum is a customer's score for an item; a term that is left out adds nothing. */
export const personalizedShape = z
  .strictObject({
    profile: z
      .strictObject({ recency: share.default(0.9), length: wholeFrom(1, maxProfile).default(50) })
      .prefault({}),
    repeat: z
      .strictObject({
        weight: weight.default(4.25),
        decay: share.default(0.9),
        chances: share.default(0.5),
        interval: power.default(0.1),
        threshold: share.default(repurchaseThreshold),
      })
      .optional(),
    item_knn: itemKnnShape.optional(),
    ease: easeShape.optional(),
    popularity: z
      .strictObject({
        weight,
        half_life_days: halfLife,
        half_life_orders: halfLife,
        trend: power.default(0),
      })
      .optional(),
  })
  .refine(
    ({ repeat, item_knn, ease, popularity }) => repeat || item_knn || ease || popularity,
    'at least one term is needed, such as item_knn',
  );

const modelShape = z.object({
  personalized: personalizedShape.optional(),
  copurchase: copurchaseShape.optional(),
});

export type PersonalizedJson = z.input<typeof personalizedShape>;
export type PersonalSettings = z.output<typeof personalizedShape>;
export type ItemKnnSettings = z.output<typeof itemKnnShape>;
export type EaseSettings = z.output<typeof easeShape>;
export type RepeatSettings = NonNullable<PersonalSettings['repeat']>;
export type PopularitySettings = NonNullable<PersonalSettings['popularity']>;
export type CopurchaseJson = z.input<typeof copurchaseShape>;
export type CopurchaseSettings = z.output<typeof copurchaseShape>;
export type ModelJson = z.input<typeof modelShape>;

/**
 * The personal model of a build without other settings. Its values were fitted on two real sets of histories; see
 * decisions/0007-repeat-by-days.md.
 */
export const defaultPersonal: PersonalSettings = personalizedShape.parse({
  repeat: {},
  item_knn: {},
  popularity: { weight: 0.2, half_life_days: 30, trend: 0.5 },
});

/** A half-life; `none` → Infinity. */
export function halfLifeOf(value: 'none' | number): number {
  return value === 'none' ? Number.POSITIVE_INFINITY : value;
}

/** Names of the terms of `personalized` up to version 0.1.0 → their names today. */
const renamedTerms: Readonly<Record<string, string>> = {
  own: 'repeat',
  items: 'item_knn',
  linear: 'ease',
  popular: 'popularity',
};

/** Former terms that no build has → what to use instead. */
const removedTerms: Readonly<Record<string, string>> = {
  build: 'without a model, the default one is built',
  user_knn: 'no build compares customers; use item_knn or ease',
  people: 'no build compares customers; use item_knn or ease',
};

/** New names of the keys of an item similarity: of `copurchase`, and of `personalized.item_knn`. */
const renamedKeys: Readonly<Record<string, string>> = {
  measure: 'similarity',
  prior: 'prior_strength',
  toll: 'popularity_penalty',
};

/**
 * Reads a file that `recs tune --out` wrote.
 * @throws CoutureError `file_unreadable`, `file_invalid`
 */
export function readModelFile(file: string): ModelJson {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new CoutureError(
      'file_unreadable',
      `${file} cannot be read: ${(cause as Error).message}`,
      'Write it with "couture recs tune --out".',
      { cause },
    );
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw invalid(file, (cause as Error).message, cause);
  }
  return checkModel(json, file);
}

/**
 * Checks the shape of a model.
 * @param place names the model in the error: a file, or a key of the configuration
 * @throws CoutureError `file_invalid`
 */
export function checkModel(json: unknown, place: string): ModelJson {
  const parsed = modelShape.safeParse(json);
  if (parsed.success) return json as ModelJson;
  const [issue] = parsed.error.issues;
  const problem = `${issue?.path.join('.') || 'the model'}: ${issue?.message}`;
  throw invalid(place, renamed(json) ?? problem, parsed.error);
}

/** Names each key that has a new name, or no longer exists; undefined if there is none. */
function renamed(json: unknown): string | undefined {
  const file = json as { personalized?: { item_knn?: object } | null; copurchase?: object } | null;
  const { personalized } = file ?? {};
  const found = [
    ...renamedIn('personalized', personalized, renamedTerms),
    ...renamedIn('personalized.item_knn', personalized?.item_knn, renamedKeys),
    ...renamedIn('copurchase', file?.copurchase, renamedKeys),
  ];
  for (const [key, instead] of Object.entries(removedTerms))
    if (personalized && Object.hasOwn(personalized, key))
      found.push(`personalized.${key} no longer exists: ${instead}`);
  return found.length > 0 ? found.join(', ') : undefined;
}

function renamedIn(
  place: string,
  part: object | null | undefined,
  names: Readonly<Record<string, string>>,
): string[] {
  return Object.keys(part ?? {})
    .filter((key) => Object.hasOwn(names, key))
    .map((key) => `${place}.${key} is now called ${names[key]}`);
}

function invalid(place: string, problem: string, cause: unknown): CoutureError {
  return new CoutureError(
    'file_invalid',
    `${place} is not a valid model: ${problem}`,
    'cli/recs/models/README.md describes its shape; "couture recs tune --out" writes one.',
    { cause },
  );
}
