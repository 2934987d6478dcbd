// Model settings as JSON: the shape of the file that `recs tune --out` writes and `recs evaluate --config` reads.
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { CoutureError } from '../../../runtime/core/errors.ts';
import { measures, optionTable, repurchaseModes } from '../../../runtime/core/options.ts';
import { pairPrior } from '../similarity/measures.ts';
import type { CopurchaseSettings } from './copurchase-model.ts';
import type { PersonalSettings } from './personal-model.ts';
import { basketKinds } from './protocol.ts';
import { weightings } from './train-baskets.ts';

const halfLife = z
  .union([z.literal('none').transform(() => Number.POSITIVE_INFINITY), z.number().positive()])
  .default(Number.POSITIVE_INFINITY);
const power = z.number().min(0).max(2);

const itemMeasure = {
  measure: z.enum(measures),
  weighting: z.enum(weightings),
  basket: z.enum(basketKinds),
  half_life_days: halfLife,
  shrink: z.number().min(0).default(0),
  damping: power.default(0),
  row_damping: power.default(0),
  min_support: z.number().int().min(1).default(1),
  prior: z.number().min(0).default(pairPrior.strength),
  toll: z.number().min(0).default(pairPrior.popularityPenalty),
};
const weight = z.number().min(0);

export const copurchaseShape = z.strictObject({ ...itemMeasure, min_llr: z.number().min(0).default(0) });

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
      ...itemMeasure,
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
    ...toMeasure(item),
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
  return { ...toMeasure(parsed), minLlr: parsed.min_llr };
}

function toMeasure(parsed: ParsedItems) {
  const { measure, weighting, basket, shrink, damping, prior, toll } = parsed;
  return {
    measure,
    weighting,
    basket,
    halfLife: parsed.half_life_days,
    shrink,
    damping,
    rowDamping: parsed.row_damping,
    minSupport: parsed.min_support,
    prior,
    toll,
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
    throw invalid(file, renamedTerm(json) ?? problem, parsed.error);
  }
  return json as z.input<typeof tunedShape>;
}

function renamedTerm(json: unknown): string | undefined {
  const terms = Object.keys((json as { personalized?: object | null } | null)?.personalized ?? {});
  const renamed = terms.filter((term) => Object.hasOwn(renamedTerms, term));
  if (renamed.length === 0) return undefined;
  return renamed.map((term) => `personalized.${term} is now called ${renamedTerms[term]}`).join(', ');
}

function invalid(file: string, problem: string, cause: unknown): CoutureError {
  return new CoutureError(
    'file_invalid',
    `${file} is not a valid model file: ${problem}`,
    'cli/recs/evaluate/README.md describes its shape; "couture recs tune --out" writes one.',
    { cause },
  );
}
