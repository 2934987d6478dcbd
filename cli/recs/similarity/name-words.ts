// Words of product names as sparse unit vectors: a similarity of two names that is cheap enough for single pairs.
import { startsOf } from '../csr.ts';
import { toShared } from '../shared-arrays.ts';

/** Words of item i: words[start[i] … start[i+1]), ascending, with their weights in a unit vector. */
export interface NameWords {
  readonly start: Int32Array;
  readonly words: Int32Array;
  readonly weights: Float32Array;
}

/** Indexes the distinct words of at least two letters or digits, weighted by idf = ln(1 + n / df), in shared memory. */
export function indexNameWords(names: readonly string[]): NameWords {
  const ids = new Map<string, number>();
  const documents: number[] = [];
  const sets = names.map((name) => {
    const set = new Set<number>();
    for (const word of name.toLowerCase().match(/[\p{L}\p{N}]{2,}/gu) ?? []) {
      let id = ids.get(word);
      if (id === undefined) ids.set(word, (id = documents.push(0) - 1));
      set.add(id);
    }
    for (const id of set) documents[id]!++;
    return Int32Array.from(set).sort();
  });
  const start = startsOf(sets.map((set) => set.length));
  const words = new Int32Array(start[names.length]!);
  const weights = new Float32Array(words.length);
  for (const [item, set] of sets.entries()) {
    const idf = Array.from(set, (word) => Math.log(1 + names.length / documents[word]!));
    const norm = Math.hypot(...idf) || 1;
    words.set(set, start[item]!);
    weights.set(
      idf.map((each) => each / norm),
      start[item]!,
    );
  }
  return { start: toShared(start), words: toShared(words), weights: toShared(weights) };
}

/**
 * Compares the name of one item with those of others. The words of the one are looked up in an array: merging the sorted words
 * of both took three times as long. One per thread.
 */
export class NameComparer {
  readonly #names: NameWords;
  /** Word → its weight in the name of `#item`. */
  readonly #weight: Float32Array;
  #item = -1;

  constructor(names: NameWords) {
    this.#names = names;
    this.#weight = new Float32Array(names.words.reduce((most, word) => Math.max(most, word + 1), 0));
  }

  /** Cosine of two items' names, 0 … 1; 0 if either has no words. Fast if `a` is that of the call before. */
  cosine(a: number, b: number): number {
    if (a !== this.#item) this.#open(a);
    const { start, words, weights } = this.#names;
    const weight = this.#weight;
    const end = start[b + 1]!;
    let cosine = 0;
    for (let at = start[b]!; at < end; at++) cosine += weight[words[at]!]! * weights[at]!;
    return cosine;
  }

  #open(item: number): void {
    const { start, words, weights } = this.#names;
    const weight = this.#weight;
    if (this.#item >= 0)
      for (let at = start[this.#item]!; at < start[this.#item + 1]!; at++) weight[words[at]!] = 0;
    for (let at = start[item]!; at < start[item + 1]!; at++) weight[words[at]!] = weights[at]!;
    this.#item = item;
  }
}
