// What searches share: the shop's synonyms and the catalogue's words, read when a search needs them and kept for a while.
import type { Pool } from '../../sql/pool.ts';
import { readSynonyms, type Synonyms } from '../../sql/store/shop/synonyms.ts';
import { corrected, readVocabulary, type Vocabulary } from '../../sql/store/shop/vocabulary.ts';
import type { Log } from '../core/log.ts';

/** Milliseconds for which they are kept. The words change slowly, and reading them takes a second in a large shop. */
const synonymsAge = 60_000;
const vocabularyAge = 15 * 60_000;

export class SearchAids {
  readonly #synonyms: () => Promise<Synonyms>;
  readonly #vocabulary: () => Promise<Vocabulary>;

  constructor(pool: Pool, log: Log) {
    this.#synonyms = kept(synonymsAge, () =>
      readSynonyms(pool).catch((err) => {
        log.warn({ err }, 'searching without synonyms');
        return [];
      }),
    );
    this.#vocabulary = kept(vocabularyAge, () =>
      readVocabulary(pool).catch((err) => {
        log.warn({ err }, 'searching without spelling corrections');
        return new Map();
      }),
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

/** Reads once for all who ask at the same time, and again when the value is too old. */
function kept<T>(age: number, read: () => Promise<T>): () => Promise<T> {
  let value: Promise<T> | undefined;
  let until = 0;
  return () => {
    if (value && Date.now() < until) return value;
    until = Date.now() + age;
    value = read();
    return value;
  };
}
