// Which rows of couture.catalogue a listing shows: those of a category, with the words of a search, that pass a filter.
import { type Synonyms, type Term, termsOf } from './synonyms.ts';

/** Filters, applied to the catalogue as of its last refresh. */
export interface CatalogueFilter {
  readonly onSale: boolean;
  readonly inStock: boolean;
  /** In cents, both inclusive. */
  readonly minCents: number | undefined;
  readonly maxCents: number | undefined;
  /**
   * A variant has one of the colours, one of the sizes and, for each title, one of the options, and is in stock if the filter asks for
   * that; empty: any.
   */
  readonly colours: readonly string[];
  readonly sizes: readonly string[];
  readonly options: readonly ChosenOptions[];
}

/** Chosen options of one title: `Material: Linen` and `Material: Wool`, which stand after a size as in "M / Material: Linen". */
export interface ChosenOptions {
  /** Undefined for options without one. */
  readonly title: string | undefined;
  readonly names: readonly string[];
}

/** Lets every product through. */
export const noFilter: CatalogueFilter = {
  onSale: false,
  inStock: false,
  minCents: undefined,
  maxCents: undefined,
  colours: [],
  sizes: [],
  options: [],
};

export interface Selected {
  readonly category: string | undefined;
  readonly filter: CatalogueFilter | undefined;
  readonly query: Tsquery | undefined;
  readonly loosened: boolean;
}

/** `from` and conditions of the rows of a category or search that pass a filter. */
export function selection(
  { category, filter, query, loosened }: Selected,
  given: (value: unknown) => string,
): { from: string; conditions: string[] } {
  const conditions: string[] = [];
  let from = 'couture.catalogue c';
  if (query !== undefined) {
    const [simple, english] = [given(query.simple), given(query.english)];
    from += `, (select ${loosened ? anyWord(simple, english) : allWords(simple, english)} as query) q`;
    conditions.push('words @@ q.query');
  }
  if (category !== undefined) conditions.push(`category = ${given(category)}`);
  if (filter?.onSale) conditions.push('c.on_sale');
  if (filter?.inStock) conditions.push('c.in_stock');
  if (filter?.minCents !== undefined) conditions.push(`price_cents >= ${given(filter.minCents)}`);
  if (filter?.maxCents !== undefined) conditions.push(`price_cents <= ${given(filter.maxCents)}`);
  if (filter) conditions.push(...optionConditions(filter, given));
  return { from, conditions };
}

function optionConditions(filter: CatalogueFilter, given: (value: unknown) => string): string[] {
  const chosen = chosenParts(filter);
  if (filter.colours.length + chosen.length === 0) return [];
  const keys = (chosen.length > 0 ? chosen : [[]]).map((values) => optionKeys(filter, values));
  const conditions = keys.map((each) => `option_keys && ${given(each)}::text[]`);
  // The keys alone pass a product of which one variant has the size, and another one the option.
  if (chosen.length > 1)
    conditions.push(`exists (select from unnest(c.colours, c.sizes, c.stocked) o (colour, size, in_stock)
      where ${variantConditions(filter, given).join(' and ')})`);
  return conditions;
}

/** Conditions on `o`: colour, size and stock of a variant that passes the filter. */
export function variantConditions(filter: CatalogueFilter, given: (value: unknown) => string): string[] {
  const { colours, inStock } = filter;
  return [
    ...(inStock ? ['o.in_stock'] : []),
    ...(colours.length > 0 ? [`o.colour = any (${given(colours)})`] : []),
    ...chosenParts(filter).map((values) => `${sizeParts('o.size')} && ${given(values)}::text[]`),
  ];
}

/** Lists of parts of a size, of each of which a variant has one. */
export function chosenParts({ sizes, options }: CatalogueFilter): ReadonlyArray<readonly string[]> {
  return [sizes, ...options.map(({ names }) => names)].filter((values) => values.length > 0);
}

/** The size, and the options after it: each of them can be chosen. */
export function sizeParts(column: string): string {
  return `string_to_array(${column}, ' / ')`;
}

/** Keys of `couture.catalogue.option_keys`, of which a product that passes the filter has one. */
function optionKeys({ colours, inStock }: CatalogueFilter, sizes: readonly string[]): string[] {
  const stock = inStock ? '\u001e' : '';
  const any = (values: readonly string[]) => (values.length > 0 ? values : ['']);
  return any(colours).flatMap((colour) => any(sizes).map((size) => `${stock}${colour}\u001f${size}`));
}

/** A search in the syntax of `to_tsquery`, for words as typed and for English stems. */
export interface Tsquery {
  readonly simple: string;
  readonly english: string;
}

type Operator = ' & ' | ' | ';

/** Joins typed words by an operator; each may be one of its synonyms instead. */
export function tsqueryOf(typed: readonly string[], operator: Operator, synonyms: Synonyms = []): Tsquery {
  const terms = termsOf(typed, synonyms);
  const join = (isEnglish: boolean) =>
    terms.map((term, at) => operand(term, at === terms.length - 1, isEnglish)).join(operator);
  return { simple: join(false), english: join(true) };
}

/**
 * A term as part of a tsquery. The last word may be unfinished, so it matches as a prefix. Single letters are stop words in
 * English: of "t-shirt" every shirt would be left, so its synonyms stand for it.
 */
function operand({ words, alike }: Term, isLast: boolean, isEnglish: boolean): string {
  const hasLetter = words.length > 1 && words.some((word) => word.length === 1);
  const typed = words
    .map((word, at) => (isLast && at === words.length - 1 ? `${word}:*` : word))
    .join(hasLetter ? ' <-> ' : ' & ');
  if (alike.length === 0) return words.length === 1 ? typed : `(${typed})`;
  const others = alike.map((other) => other.join(other.some((word) => word.length === 1) ? ' <-> ' : ' & '));
  const all = isEnglish && hasLetter ? others : [typed, ...others];
  return `(${all.map((each) => `(${each})`).join(' | ')})`;
}

/** The words as typed, or their stems without stop words such as "in" and "the". */
function allWords(simple: string, english: string): string {
  return `to_tsquery('simple', ${simple}) || to_tsquery('english', ${english})`;
}

/** Stop words match only if the search has no other words. */
function anyWord(simple: string, english: string): string {
  return `case when numnode(to_tsquery('english', ${english})) = 0 then to_tsquery('simple', ${simple})
    else to_tsquery('english', ${english}) end`;
}
