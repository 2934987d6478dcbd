// Content similarity within a category: cosine of the tf-idf words of name, description and tags, in dense blocks
// multiplied by ml-matrix. It serves products that have no orders yet.
import { createRequire } from 'node:module';
import { TopK } from './top-k.ts';

/** Required, not imported: Node would parse the package for the names that it exports, 25 ms in every thread. */
const { Matrix } = createRequire(import.meta.url)('ml-matrix') as typeof import('ml-matrix');
type Matrix = InstanceType<typeof Matrix>;

export interface ContentInput {
  readonly items: number;
  /** Item → category; items are compared only within their category. */
  readonly category: Int32Array;
  readonly price: Float64Array;
  /** Maximum price difference, as a share of the item's price. */
  readonly priceBand: number;
  readonly words: readonly string[];
  readonly neighbours: number;
}

/** Nearest items of item i by content: items[i·k … i·k + length[i]), best first, with their cosines in (0, 1]. */
export interface ContentNeighbours {
  readonly k: number;
  readonly length: Int32Array;
  readonly items: Int32Array;
  readonly cosine: Float32Array;
}

/** Budget of multiply-adds: ml-matrix does about 10^9 per second, on one thread while the build reads order lines. */
const budget = 0.5e9;
const blockRows = 128;
/** In a huge category an item is compared with at most this many others, the nearest in price. */
const maxColumns = 1_024;
const [minWords, maxWords] = [24, 256];

/**
 * Computes the nearest neighbours of every item. Deterministic: the same output on every machine.
 * @param compare fills in the neighbours of the items of one category
 */
export function contentNeighbours(input: ContentInput, compare = compareGroup): ContentNeighbours {
  const { items, neighbours: k } = input;
  const result: ContentNeighbours = {
    k,
    length: new Int32Array(items),
    items: new Int32Array(items * k),
    cosine: new Float32Array(items * k),
  };
  const groups = byCategory(input);
  const comparisons = groups.reduce(
    (sum, group) => sum + group.length * Math.min(group.length, maxColumns),
    0,
  );
  const words = Math.round(Math.min(maxWords, Math.max(minWords, budget / Math.max(1, comparisons))));
  for (const group of groups) compare(group, words, input, result);
  return result;
}

/** Items of each category in ascending order of price: a price band is then a range of columns. */
function byCategory({ items, category, price }: ContentInput): Int32Array[] {
  const order = Int32Array.from({ length: items }, (_, item) => item).sort(
    (a, b) => category[a]! - category[b]! || price[a]! - price[b]! || a - b,
  );
  const groups: Int32Array[] = [];
  for (let begin = 0; begin < items; ) {
    let end = begin + 1;
    while (end < items && category[order[end]!] === category[order[begin]!]) end++;
    groups.push(order.subarray(begin, end));
    begin = end;
  }
  return groups;
}

/**
 * Compares the items of a category with each other.
 * @param group the items in ascending order of price
 * @param words number of words that count
 */
export function compareGroup(
  group: Int32Array,
  words: number,
  input: ContentInput,
  result: ContentNeighbours,
): void {
  const { price, priceBand } = input;
  const vectors = wordVectors(group, words, input.words);
  const best = new TopK(input.neighbours);
  const priceAt = (position: number) => price[group[position]!]!;
  let [low, high] = [0, 0];
  for (let begin = 0; begin < group.length; begin += blockRows) {
    const end = Math.min(group.length, begin + blockRows);
    while (low < begin && priceAt(low) < priceAt(begin) * (1 - priceBand)) low++;
    while (high < group.length && priceAt(high) <= priceAt(end - 1) * (1 + priceBand)) high++;
    const middle = (begin + end) >> 1;
    const from = Math.max(low, Math.min(begin, middle - maxColumns / 2));
    const to = Math.min(high, Math.max(end, middle + maxColumns / 2));
    const block = vectors.subMatrix(begin, end - 1, 0, vectors.columns - 1);
    const cosines = block.mmul(vectors.subMatrix(from, to - 1, 0, vectors.columns - 1).transpose());
    let [cheapest, dearest] = [from, from];
    for (let row = begin; row < end; row++) {
      // Rows are in order of price, so both ends of the price band only move up.
      while (cheapest < to && priceAt(cheapest) < priceAt(row) * (1 - priceBand)) cheapest++;
      while (dearest < to && priceAt(dearest) <= priceAt(row) * (1 + priceBand)) dearest++;
      best.clear();
      for (let column = cheapest; column < dearest; column++) {
        const cosine = cosines.get(row - begin, column - from);
        if (cosine > 0 && best.admits(cosine) && column !== row) best.push(cosine, group[column]!);
      }
      store(group[row]!, best, result);
    }
  }
}

function store(item: number, best: TopK, result: ContentNeighbours): void {
  result.length[item] = best.length;
  for (let at = 0; at < best.length; at++) {
    result.items[item * result.k + at] = best.ids[at]!;
    result.cosine[item * result.k + at] = Math.min(1, best.scores[at]!);
  }
}

/** One unit row per item: tf-idf of the category's `words` most distinctive words. */
function wordVectors(group: Int32Array, words: number, texts: readonly string[]): Matrix {
  const bags = Array.from(group, (item) => bagOfWords(texts[item]!));
  const documents = new Map<string, number>();
  for (const bag of bags) for (const word of bag.keys()) documents.set(word, (documents.get(word) ?? 0) + 1);
  const idf = (word: string) => Math.log((1 + group.length) / documents.get(word)!);
  // A word in only one product relates it to no other; a word in all products distinguishes none.
  const telling = [...documents]
    .filter(([, count]) => count > 1)
    .map(([word, count]) => ({ word, mass: count * idf(word) }))
    .sort((a, b) => b.mass - a.mass || (a.word < b.word ? -1 : 1))
    .slice(0, words);
  const column = new Map(telling.map(({ word }, index) => [word, index]));
  const vectors = Matrix.zeros(group.length, Math.max(1, telling.length));
  for (const [row, bag] of bags.entries()) {
    let norm = 0;
    for (const [word, frequency] of bag) {
      const index = column.get(word);
      if (index === undefined) continue;
      const value = (1 + Math.log(frequency)) * idf(word);
      vectors.set(row, index, value);
      norm += value * value;
    }
    if (norm > 0) vectors.mulRow(row, 1 / Math.sqrt(norm));
  }
  return vectors;
}

/** Word → number of occurrences; lower-case words of at least three letters or digits in any script. */
function bagOfWords(text: string): Map<string, number> {
  const bag = new Map<string, number>();
  for (const [word] of text.toLowerCase().matchAll(/[\p{L}\p{N}]{3,}/gu))
    bag.set(word, (bag.get(word) ?? 0) + 1);
  return bag;
}
