// Content similarity within a category: cosine of the tf-idf words of name, description and tags. It serves products that
// have no orders yet.
import { createRequire } from 'node:module';
import { RowLengths } from '../csr.ts';
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

/** Budget of multiply-adds of dense vectors, on one thread while the build reads order lines: it decides the number of words. */
const budget = 0.5e9;
/** Rows that are compared with the same columns. */
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
 * Compares the items of a category with each other. A vector has few of the words: only what both vectors have is multiplied,
 * in the order of the words, which adds up to the same bits as a product of the matrices. 48,766 items in 200 categories:
 * 2.7 s of CPU by blocks of `mmul`, 1.3 s like this, on a busy machine.
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
  const withWord = new RowsByWord(vectors);
  const best = new TopK(input.neighbours);
  const cosines = new Float64Array(group.length);
  const priceAt = (position: number) => price[group[position]!]!;
  let [low, high] = [0, 0];
  for (let begin = 0; begin < group.length; begin += blockRows) {
    const end = Math.min(group.length, begin + blockRows);
    while (low < begin && priceAt(low) < priceAt(begin) * (1 - priceBand)) low++;
    while (high < group.length && priceAt(high) <= priceAt(end - 1) * (1 + priceBand)) high++;
    const middle = (begin + end) >> 1;
    const from = Math.max(low, Math.min(begin, middle - maxColumns / 2));
    const to = Math.min(high, Math.max(end, middle + maxColumns / 2));
    let [cheapest, dearest] = [from, from];
    for (let row = begin; row < end; row++) {
      // Rows are in order of price, so both ends of the price band only move up.
      while (cheapest < to && priceAt(cheapest) < priceAt(row) * (1 - priceBand)) cheapest++;
      while (dearest < to && priceAt(dearest) <= priceAt(row) * (1 + priceBand)) dearest++;
      withWord.addCosines(vectors.getRow(row), cheapest, dearest, cosines);
      best.clear();
      for (let column = cheapest; column < dearest; column++) {
        const cosine = cosines[column]!;
        cosines[column] = 0;
        if (cosine > 0 && best.admits(cosine) && column !== row) best.push(cosine, group[column]!);
      }
      store(group[row]!, best, result);
    }
  }
}

/** Word → the rows whose vectors have it, in ascending order. */
class RowsByWord {
  readonly #start: Int32Array;
  readonly #rows: Int32Array;
  readonly #values: Float64Array;
  /** Word → its first row that can still be in a price band. */
  readonly #first: Int32Array;

  constructor(vectors: Matrix) {
    const lengths = new RowLengths(new Int32Array(vectors.columns + 1));
    eachWord(vectors, (_, word) => lengths.add(word));
    const places = lengths.places();
    this.#start = places.start;
    this.#first = places.start.slice();
    this.#rows = new Int32Array(places.length);
    this.#values = new Float64Array(places.length);
    eachWord(vectors, (row, word, value) => {
      const place = places.next(word);
      this.#rows[place] = row;
      this.#values[place] = value;
    });
  }

  /** Adds the cosines of a vector with the rows [from, to). From call to call, `from` must not fall. */
  addCosines(vector: readonly number[], from: number, to: number, cosines: Float64Array): void {
    const [rows, values] = [this.#rows, this.#values];
    for (let word = 0; word < vector.length; word++) {
      const value = vector[word]!;
      if (value === 0) continue;
      const end = this.#start[word + 1]!;
      let at = this.#first[word]!;
      while (at < end && rows[at]! < from) at++;
      this.#first[word] = at;
      for (; at < end && rows[at]! < to; at++) cosines[rows[at]!]! += value * values[at]!;
    }
  }
}

function eachWord(vectors: Matrix, visit: (row: number, word: number, value: number) => void): void {
  for (let row = 0; row < vectors.rows; row++)
    for (let word = 0; word < vectors.columns; word++) {
      const value = vectors.get(row, word);
      if (value !== 0) visit(row, word, value);
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
  const weights = telling.map(({ word }) => idf(word));
  const vectors = Matrix.zeros(group.length, Math.max(1, telling.length));
  for (const [row, bag] of bags.entries()) {
    let norm = 0;
    for (const [word, frequency] of bag) {
      const index = column.get(word);
      if (index === undefined) continue;
      const value = (1 + Math.log(frequency)) * weights[index]!;
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
  // `match` makes one array of words; `matchAll` makes an object of each, which took twice as long.
  for (const word of text.toLowerCase().match(/[\p{L}\p{N}]{3,}/gu) ?? [])
    bag.set(word, (bag.get(word) ?? 0) + 1);
  return bag;
}
