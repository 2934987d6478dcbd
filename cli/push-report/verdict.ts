// Two arms → what may be said about the effect of messages, in words that do not claim more than the data.
import { type ArmFigures, ArmSums, type Effects } from '../../runtime/uplift/arm-sums.ts';

/**
 * `more`, `less`: revenue per person differs, and the interval excludes zero. `same`: it includes zero, although an effect of
 * `detect` would have been found. `unknown`: too few people or orders to tell.
 */
export type Verdict = 'more' | 'less' | 'same' | 'unknown' | 'no_holdout';

export interface Proof {
  readonly treated: ArmFigures;
  readonly held_out: ArmFigures;
  readonly effects: Effects;
}

/** Buyers that each arm needs: with fewer, the interval of a ratio is not to be trusted. */
const minBuyers = 10;

export function proofOf(treated = new ArmSums(), heldOut = new ArmSums(), detect: number): Proof {
  return {
    treated: treated.figures,
    held_out: heldOut.figures,
    effects: treated.effectsAgainst(heldOut, detect),
  };
}

export function verdictOf(proof: Proof | null): Verdict {
  if (!proof) return 'no_holdout';
  const { treated, held_out, effects } = proof;
  const { relative, significant, still_needed } = effects.revenue_per_visitor;
  if (relative === null || Math.min(treated.buyers, held_out.buyers) < minBuyers) return 'unknown';
  if (significant) return relative > 0 ? 'more' : 'less';
  return still_needed === 0 ? 'same' : 'unknown';
}

/** A sentence for people who decide whether to keep sending. */
export function verdictWords(verdict: Verdict, proof: Proof | null, detect: number): string {
  const share = `${(100 * detect).toFixed(1)} %`;
  switch (verdict) {
    case 'no_holdout':
      return 'Nobody was held out, so what the messages earn is not known.';
    case 'more':
      return 'People who got messages spent more.';
    case 'less':
      return 'People who got messages spent less.';
    case 'same':
      return `No effect, although one of ${share} would have been found: these messages can be saved.`;
    case 'unknown': {
      const { treated, held_out, effects } = proof!;
      const buyers = Math.min(treated.buyers, held_out.buyers);
      if (buyers < minBuyers)
        return `Not enough data: ${buyers} buyers in the smaller group, at least ${minBuyers} are needed.`;
      const needed = effects.revenue_per_visitor.still_needed ?? 0;
      return `Not enough data: about ${needed.toLocaleString('en-GB')} more people until an effect of ${share} would be found.`;
    }
  }
}
