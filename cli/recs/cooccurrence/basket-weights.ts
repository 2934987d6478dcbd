// How much a basket of n items counts for each of its pairs.
import type { Weighting } from '../../../runtime/core/options.ts';
import { basketWeight } from './baskets.ts';

export type { Weighting };

/**
 * Weight that a basket of n out of N items adds to each of its pairs:
 *   none    1
 *   size    10 / (10 + n), the default of a build
 *   log     1 / log2(1 + n)
 *   root    1 / √n
 *   inverse 1 / n
 *   tfidf   ln(N / (1 + n))², items as documents and baskets as words
 * N is `catalogue`.
 */
export function weightOf(weighting: Weighting, n: number, catalogue: number): number {
  switch (weighting) {
    case 'none':
      return 1;
    case 'size':
      return basketWeight(n);
    case 'log':
      return 1 / Math.log2(1 + n);
    case 'root':
      return 1 / Math.sqrt(n);
    case 'inverse':
      return 1 / n;
    case 'tfidf':
      return Math.max(1e-6, Math.log(catalogue / (1 + n))) ** 2;
  }
}
