// Counts the colours, sizes and other options of a category or search in couture.catalogue.
import type { Pool } from '../../pool.ts';
import {
  type CatalogueFilter,
  type ChosenOptions,
  selection,
  sizeParts,
  tsqueryOf,
  variantConditions,
} from './catalogue-selection.ts';
import { searchWords } from './search-words.ts';
import type { Synonyms } from './synonyms.ts';

/** A value of a facet, and how many products have it. */
export interface FacetValue {
  readonly name: string;
  readonly count: number;
  /** Of colours: `#rrggbb`. */
  readonly swatch: string | null;
}

export interface CatalogueFacets {
  readonly colours: readonly FacetValue[];
  /** What can be chosen with the chosen options: sizes and other options, which a shop's views do not tell apart. */
  readonly sizes: readonly FacetValue[];
  /** What can be chosen with the chosen sizes and the options of other titles: the same two kinds. */
  readonly options: readonly FacetValue[];
}

export interface FacetQuery {
  readonly category: string | undefined;
  /** The search text as it was understood: as typed, or corrected. */
  readonly text: string | undefined;
  /** The search shows products that match some of the words. */
  readonly loosened: boolean;
  readonly synonyms?: Synonyms | undefined;
  readonly filter: CatalogueFilter;
}

/** More values are no help in choosing. */
const maxFacetValues = 120;

/**
 * Counts the colours and sizes of a category or search, the most frequent first. Each facet counts what the rest of the
 * filter leaves: another colour beside a chosen one adds products, so the colours don't narrow each other.
 */
export async function catalogueFacets(
  pool: Pool,
  { category, text, loosened, synonyms, filter }: FacetQuery,
): Promise<CatalogueFacets> {
  const words = searchWords(text ?? '');
  const query = words.length > 0 ? tsqueryOf(words, loosened ? ' | ' : ' & ', synonyms) : undefined;
  const count = async (
    facet: 'colour' | 'size',
    kept: CatalogueFilter,
    more: (given: (each: unknown) => string) => string[] = () => [],
  ) => {
    const values: unknown[] = [];
    const given = (each: unknown) => `$${values.push(each)}`;
    const { from, conditions } = selection({ category, filter: kept, query, loosened }, given);
    conditions.push(...variantConditions(kept, given), 'v.name is not null', ...more(given));
    const isColour = facet === 'colour';
    const { rows } = await pool.query<{ name: string; count: number; swatch: string | null }>(
      `select name, count(*)::int as count, min(swatch) as swatch from (
         select v.name, c.lead_id, min(${isColour ? 'o.swatch' : 'null::text'}) as swatch
         from ${from}, unnest(c.colours, c.sizes, c.stocked, c.swatches) o (colour, size, in_stock, swatch),
           unnest(${isColour ? 'array[o.colour]' : sizeParts('o.size')}) v (name)
         where ${conditions.join(' and ')} group by 1, 2) each
       group by 1 order by 2 desc, 1 limit ${maxFacetValues}`,
      values,
    );
    return rows;
  };
  const sizes = await count('size', { ...filter, sizes: [] });
  const isChosen = filter.sizes.length + filter.options.length > 0;
  const withoutOptions = { ...filter, options: [] };
  return {
    colours: await count('colour', { ...filter, colours: [] }),
    sizes,
    options: isChosen
      ? await count('size', withoutOptions, (given) => filter.options.map((each) => ownOrChosen(each, given)))
      : sizes,
  };
}

/** Condition on the value `v` of a variant `o`: it has the title of these options, or the variant has one of them. */
function ownOrChosen({ title, names }: ChosenOptions, given: (each: unknown) => string): string {
  const isOwn =
    title === undefined ? "v.name !~ '^[^:]+: .'" : `starts_with(v.name, ${given(`${title}: `)}::text)`;
  return `(${isOwn} or ${sizeParts('o.size')} && ${given(names)}::text[])`;
}
