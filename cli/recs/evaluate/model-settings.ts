// Model settings as JSON: the shape of the file that `recs tune --out` writes and `recs evaluate --config` reads.
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { CoutureError } from '../../../runtime/core/errors.ts';
import { optionTable, repurchaseModes, similarities } from '../../../runtime/core/options.ts';
import { pairPrior } from '../similarity/open-similarity.ts';
import type { CopurchaseSettings } from './copurchase-model.ts';
import type { PersonalSettings } from './personal-model.ts';
import { basketKinds } from './protocol.ts';
import { weightings } from './train-baskets.ts';

const halfLife = z
  .union([z.literal('none').transform(() => Number.POSITIVE_INFINITY), z.number().positive()])
  .default(Number.POSITIVE_INFINITY);
const power = z.number().min(0).max(2);

const itemSimilarity = {
  similarity: z.enum(similarities),
  weighting: z.enum(weightings),
  basket: z.enum(basketKinds),
  half_life_days: halfLife,
  shrink: z.number().min(0).default(0),
  damping: power.default(0),
  row_damping: power.default(0),
  min_support: z.number().int().min(1).default(1),
  prior_strength: z.number().min(0).default(pairPrior.strength),
  popularity_penalty: z.number().min(0).default(pairPrior.popularityPenalty),
};
const weight = z.number().min(0);

export const copurchaseShape = z.strictObject({ ...itemSimilarity, min_llr: z.number().min(0).default(0) });

const wholeFrom = (least: number) => z.number().int().min(least);

const termsShape = z.strictObject({
  build: z
    .strictObject({
      repurchase: z.enum(repurchaseModes),
      top: wholeFrom(1).default(optionTable.top.default),
      max_history: wholeFrom(2).default(optionTable.maxHistory.default),
      max_order_lines: wholeFrom(2).default(optionTable.maxOrderLines.default),
      seed: wholeFrom(0).default(optionTable.seed.default),
    })
    .optional(),
  repeat: z
    .strictObject({
      weight,
      window: z.number().int().min(0),
      decay: z.number().min(0).max(1),
    })
    .optional(),
  user_knn: z
    .strictObject({
      weight,
      asymmetry: z.number().min(0).max(1),
      locality: z.number().min(0).max(50),
      shrink: z.number().min(0).default(0),
      neighbours: z.number().int().min(1).max(10_000),
    })
    .optional(),
  item_knn: z
    .strictObject({
      weight,
      ...itemSimilarity,
      neighbours: z.number().int().min(0),
      nearest: z.enum(['recommended', 'known']).default('recommended'),
      normalise: z.boolean().default(false),
      recency: z.number().min(0).max(1).default(1),
    })
    .optional(),
  ease: z
    .strictObject({ weight, ridge: z.number().positive(), head: z.number().int().min(1).max(20_000) })
    .optional(),
  popularity: z.strictObject({ weight }).optional(),
});
export const personalizedShape = termsShape.refine(
  (terms) => terms.build === undefined || Object.keys(terms).length === 1,
  'build cannot be combined with other terms: it stands for the complete lists of a build',
);

export const tunedShape = z.object({
  personalized: personalizedShape.optional(),
  copurchase: copurchaseShape.optional(),
});
export type PersonalizedJson = z.input<typeof personalizedShape>;
export type CopurchaseJson = z.input<typeof copurchaseShape>;

type ParsedItems = Omit<z.output<typeof copurchaseShape>, 'min_llr'>;

export function toPersonal(json: PersonalizedJson): PersonalSettings {
  const {
    build,
    repeat,
    user_knn: userKnn,
    item_knn: item,
    ease,
    popularity,
  } = personalizedShape.parse(json);
  if (build) {
    const { repurchase, top, seed, max_history: maxHistory, max_order_lines: maxOrderLines } = build;
    return { build: { repurchase, top, maxHistory, maxOrderLines, seed } };
  }
  const itemKnn = item && {
    ...toSimilarity(item),
    weight: item.weight,
    neighbours: item.neighbours,
    nearest: item.nearest,
    normalise: item.normalise,
    recency: item.recency,
  };
  return { repeat, userKnn, itemKnn, ease, popularity };
}

export function toCopurchase(json: CopurchaseJson): CopurchaseSettings {
  const parsed = copurchaseShape.parse(json);
  return { ...toSimilarity(parsed), minLlr: parsed.min_llr };
}

function toSimilarity(parsed: ParsedItems) {
  const { similarity, weighting, basket, shrink, damping } = parsed;
  return {
    similarity,
    weighting,
    basket,
    halfLife: parsed.half_life_days,
    shrink,
    damping,
    rowDamping: parsed.row_damping,
    minSupport: parsed.min_support,
    priorStrength: parsed.prior_strength,
    popularityPenalty: parsed.popularity_penalty,
  };
}

/** Names of the terms of `personalized` up to version 0.1.0 → their names today. */
const renamedTerms: Readonly<Record<string, string>> = {
  own: 'repeat',
  people: 'user_knn',
  items: 'item_knn',
  linear: 'ease',
  popular: 'popularity',
};

/** The same for the keys of an item similarity: of `copurchase`, and of `personalized.item_knn`. */
const renamedKeys: Readonly<Record<string, string>> = {
  measure: 'similarity',
  prior: 'prior_strength',
  toll: 'popularity_penalty',
};

/**
 * Reads a file that `recs tune --out` wrote.
 * @throws CoutureError `file_unreadable`, `file_invalid`
 */
export function readTuned(file: string): z.input<typeof tunedShape> {
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
  const parsed = tunedShape.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const problem = `${issue?.path.join('.') || 'the file'}: ${issue?.message}`;
    throw invalid(file, renamed(json) ?? problem, parsed.error);
  }
  return json as z.input<typeof tunedShape>;
}

/** Names each key of the file that has a new name; undefined if there is none. */
function renamed(json: unknown): string | undefined {
  const file = json as { personalized?: { item_knn?: object } | null; copurchase?: object } | null;
  const found = [
    ...renamedIn('personalized', file?.personalized, renamedTerms),
    ...renamedIn('personalized.item_knn', file?.personalized?.item_knn, renamedKeys),
    ...renamedIn('copurchase', file?.copurchase, renamedKeys),
  ];
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

function invalid(file: string, problem: string, cause: unknown): CoutureError {
  return new CoutureError(
    'file_invalid',
    `${file} is not a valid model file: ${problem}`,
    'cli/recs/evaluate/README.md describes its shape; "couture recs tune --out" writes one.',
    { cause },
  );
}
