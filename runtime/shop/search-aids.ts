// What searches share: the shop's synonyms and the catalogue's words, read when a search needs them and kept for a while.
import type { Pool } from '../../sql/pool.ts';
import { readSynonyms, type Synonyms } from '../../sql/store/shop/synonyms.ts';
import { corrected, readVocabulary, type Vocabulary } from '../../sql/store/shop/vocabulary.ts';
import type { Log } from '../core/log.ts';

/** Milliseconds for which they are kept. The words change slowly, and reading them takes a second in a large shop. */
const synonymsAge = 60_000;
const vocabularyAge = 15 * 60_000;
/** Milliseconds after which they are read again if that failed. */
const retryPause = 10_000;

export class SearchAids {
  readonly #synonyms: () => Promise<Synonyms>;
  readonly #vocabulary: () => Promise<Vocabulary>;

  constructor(pool: Pool, log: Log) {
    this.#synonyms = kept<Synonyms>(
      [],
      synonymsAge,
      () => readSynonyms(pool),
      (err) => log.warn({ err }, 'synonyms cannot be read'),
    );
    this.#vocabulary = kept<Vocabulary>(
      new Map(),
      vocabularyAge,
      () => readVocabulary(pool),
      (err) => log.warn({ err }, 'words for spelling corrections cannot be read'),
    );
  }

  async read(): Promise<{
    readonly synonyms: Synonyms;
    readonly correct: (words: readonly string[]) => Promise<readonly string[] | undefined>;
  }> {
    return {
      synonyms: await this.#synonyms(),
      correct: async (words) => corrected(words, await this.#vocabulary()),
    };
  }
}

/** Reads once for all who ask at the same time, and again when the value is too old. While reading fails, the value before it stays. */
export function kept<T>(
  first: T,
  age: number,
  read: () => Promise<T>,
  onFailed: (error: unknown) => void,
  now = () => performance.now(),
): () => Promise<T> {
  let value: Promise<T> = Promise.resolve(first);
  let until = Number.NEGATIVE_INFINITY;
  return () => {
    if (now() < until) return value;
    until = now() + age;
    const before = value;
    value = read().catch((error) => {
      until = now() + retryPause;
      onFailed(error);
      return before;
    });
    return value;
  };
}
