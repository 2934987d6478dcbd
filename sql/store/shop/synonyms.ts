// couture.synonym: words that shoppers use for the same thing, edited by the shop.
import { type Pool, runPrepared } from '../../pool.ts';
import { searchWords } from './search-words.ts';

/** Terms that mean the same, each as its search words. */
export type Synonyms = ReadonlyArray<readonly (readonly string[])[]>;

/** Groups read at most; the table is small by nature. */
const maxGroups = 2_000;

export async function readSynonyms(pool: Pool): Promise<Synonyms> {
  const rows = await runPrepared<{ words: string[] }>(
    pool,
    'synonyms',
    'select words from couture.synonym order by words limit $1',
    [maxGroups],
  );
  return rows.map(({ words }) => words.map(searchWords).filter((term) => term.length > 0));
}

/** A part of a search: the words as typed, and the terms that mean the same. */
export interface Term {
  readonly words: readonly string[];
  readonly alike: readonly (readonly string[])[];
}

/** Search words → terms, the longest synonyms first; "t shirt white" → t shirt (tshirt, tee), white. */
export function termsOf(words: readonly string[], synonyms: Synonyms): Term[] {
  const terms: Term[] = [];
  for (let at = 0; at < words.length; ) {
    let best: Term = { words: [words[at]!], alike: [] };
    for (const group of synonyms) {
      for (const term of group) {
        const typed = words.slice(at, at + term.length);
        if (term.length < best.words.length || !term.every((word, i) => isAlike(word, typed[i]))) continue;
        best = { words: typed, alike: group.filter((other) => other !== term) };
      }
    }
    terms.push(best);
    at += best.words.length;
  }
  return terms;
}

/** Equal apart from the plural. */
function isAlike(one: string, other: string | undefined): boolean {
  return other !== undefined && singular(one) === singular(other);
}

export function singular(word: string): string {
  return word.length > 3 && word.endsWith('s') && !word.endsWith('ss') ? word.slice(0, -1) : word;
}
