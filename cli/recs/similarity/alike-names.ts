// Names → for each item, the items with the most alike names, through an inverted index of the words.
import { RowLengths, rowLength, startsOf } from '../csr.ts';
import { sharedInt32 } from '../shared-arrays.ts';
import { NameComparer, type NameWords } from './name-words.ts';
import { alikeNames } from './pair-relation.ts';
import { TopK } from './top-k.ts';

export interface AlikeNamesInput {
  readonly names: NameWords;
  /** Items per row, at most. */
  readonly neighbours: number;
}

/** Items with names like that of item i: items[start[i] … start[i + 1]), the most alike first. */
export interface AlikeNames {
  readonly start: Int32Array;
  readonly items: Int32Array;
}

/** Budget of comparisons: .3 s on one thread while the build reads order lines. A catalogue of 4,000 names needs a million. */
const maxComparisons = 5e6;

/**
 * Finds names with a cosine of at least `alikeNames` that share a word. In a large catalogue the words of the most names,
 * which are its style rather than a kind of product, find none: the others stay within `maxComparisons`.
 */
export function findAlikeNames({ names, neighbours }: AlikeNamesInput): AlikeNames {
  const items = names.start.length - 1;
  const index = invert(names);
  const maxNames = namesWithinBudget(index);
  const best = new TopK(neighbours);
  const comparer = new NameComparer(names);
  const [marked, found] = [new Int32Array(items).fill(-1), [] as number[]];
  const lengths = new Int32Array(items);
  for (let item = 0; item < items; item++) {
    best.clear();
    marked[item] = item;
    for (let at = names.start[item]!; at < names.start[item + 1]!; at++) {
      const word = names.words[at]!;
      const [begin, end] = [index.start[word]!, index.start[word + 1]!];
      if (end - begin > maxNames) continue;
      for (let entry = begin; entry < end; entry++) {
        const other = index.items[entry]!;
        if (marked[other] === item) continue;
        marked[other] = item;
        const cosine = comparer.cosine(item, other);
        if (cosine >= alikeNames && best.admits(cosine)) best.push(cosine, other);
      }
    }
    lengths[item] = best.length;
    for (let at = 0; at < best.length; at++) found.push(best.ids[at]!);
  }
  const shared = sharedInt32(found.length);
  shared.set(found);
  return { start: startsOf(lengths), items: shared };
}

/** The largest number of names that a word may be in, so that comparing all of its names with each other fits the budget. */
function namesWithinBudget({ start }: AlikeNames): number {
  const sizes = Int32Array.from({ length: start.length - 1 }, (_, word) => rowLength(start, word)).sort();
  let comparisons = 0;
  for (const size of sizes) {
    comparisons += size ** 2;
    if (comparisons > maxComparisons) return size - 1;
  }
  return Number.POSITIVE_INFINITY;
}

/** Word → the items whose names have it. */
function invert({ start, words }: NameWords): AlikeNames {
  const count = words.reduce((most, word) => Math.max(most, word + 1), 0);
  const lengths = new RowLengths(new Int32Array(count + 1));
  for (const word of words) lengths.add(word);
  const places = lengths.places();
  const items = new Int32Array(words.length);
  for (let item = 0; item < start.length - 1; item++)
    for (let at = start[item]!; at < start[item + 1]!; at++) items[places.next(words[at]!)] = item;
  return { start: places.start, items };
}
