// The words of the catalogue, and the one that a misspelt word probably meant. Postgres' pg_trgm does the same, but creating
// an extension needs rights that shops often do not give.
import { type Pool, runPrepared } from '../../pool.ts';
import { singular } from './synonyms.ts';

/** Word → number of products with it. */
export type Vocabulary = ReadonlyMap<string, number>;

/** Products whose words are read, featured ones first: 50 k take 1.5 s. */
const maxProducts = 50_000;
const maxWords = 50_000;

/** Shorter words are not corrected: too many others are near. */
const minLength = 4;

/** Unknown words of one search that are corrected; each takes 3 ms among 50,000 words. A search with more was not misspelt. */
const maxUnknown = 3;

/** Reads the words of names, categories and tags, as written and as stems. */
export async function readVocabulary(pool: Pool): Promise<Vocabulary> {
  const rows = await runPrepared<{ word: string; products: number }>(
    pool,
    'vocabulary',
    `select lexeme as word, count(*)::int as products
     from (select words from couture.catalogue order by featured_key, lead_id limit $1) read, unnest(words)
     where weights && '{A,B}' and length(lexeme) between 3 and 30 group by lexeme order by 2 desc, 1 limit $2`,
    [maxProducts, maxWords],
  );
  return new Map(rows.map(({ word, products }) => [word, products]));
}

/** Replaces the words that no product has by the nearest ones; undefined if nothing changes, or too many are unknown. */
export function corrected(words: readonly string[], vocabulary: Vocabulary): string[] | undefined {
  if (words.filter((word) => !isKnown(word, vocabulary)).length > maxUnknown) return undefined;
  const better = words.map((word) =>
    isKnown(word, vocabulary) ? word : (nearest(word, vocabulary) ?? word),
  );
  return better.some((word, at) => word !== words[at]) ? better : undefined;
}

function isKnown(word: string, vocabulary: Vocabulary): boolean {
  if (word.length < minLength || /\p{N}/u.test(word)) return true;
  return vocabulary.has(word) || vocabulary.has(singular(word));
}

/** The nearest word: one edit for short words, two for others; of equally near ones the one with most products. */
function nearest(word: string, vocabulary: Vocabulary): string | undefined {
  let [best, distance, most]: [string | undefined, number, number] = [undefined, word.length < 6 ? 2 : 3, 0];
  for (const [other, products] of vocabulary) {
    // Few misspell the first letter, and "gift" is no "lift".
    if (other[0] !== word[0]) continue;
    if (Math.abs(other.length - word.length) >= distance + (products > most ? 1 : 0)) continue;
    const edits = editDistance(word, other);
    if (edits < distance || (edits === distance && best !== undefined && products > most))
      [best, distance, most] = [other, edits, products];
  }
  return best;
}

/** Optimal string alignment: insertions, deletions, replacements and swaps of neighbours. */
export function editDistance(one: string, other: string): number {
  let [twoBack, back, row]: [number[], number[], number[]] = [
    [],
    [],
    Array.from({ length: other.length + 1 }, (_, at) => at),
  ];
  for (let i = 1; i <= one.length; i += 1) {
    [twoBack, back, row] = [back, row, [i]];
    for (let j = 1; j <= other.length; j += 1) {
      const same = one[i - 1] === other[j - 1];
      let least = Math.min(back[j]! + 1, row[j - 1]! + 1, back[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1])
        least = Math.min(least, twoBack[j - 2]! + 1);
      row[j] = least;
    }
  }
  return row[other.length]!;
}
