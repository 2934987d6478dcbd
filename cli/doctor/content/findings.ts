// What a content check found, and findings that a share decides.
import type { Config } from '../../../runtime/core/options.ts';
import { count, percent } from '../../terminal/figures.ts';

/** What a content check found. */
export interface Finding {
  /** Name of the check: `known products`. */
  readonly check: string;
  readonly level: 'ok' | 'warn' | 'fail';
  /** The figure that decided: a share from 0 to 1, a ratio or a count; null when there is none. */
  readonly figure: number | null;
  /** What was found, with figures: `99.6 % of the lines`. */
  readonly words: string;
  /** What to check or change; empty if the check passed. */
  readonly remedy: string;
}

/** What only the shop's configuration says. */
export type ContentFacts = Pick<
  Config,
  | 'shopUrl'
  | 'mediaUrl'
  | 'productUrl'
  | 'corsOrigins'
  | 'storefront'
  | 'currency'
  | 'countStatus'
  | 'leaveOutStatus'
>;

/** Fewer products, lines or orders than this say nothing about a share. */
export const enough = 20;

export function passed(check: string, words: string, figure: number | null = null): Finding {
  return { check, level: 'ok', figure, words, remedy: '' };
}

export function found(
  check: string,
  level: 'warn' | 'fail',
  figure: number | null,
  words: string,
  remedy: string,
): Finding {
  return { check, level, figure, words, remedy };
}

export interface ShareLimits {
  readonly warn: number;
  readonly fail?: number;
}

/** `part` of `whole`, judged: at or below `fail` it fails, below `warn` it warns. */
export function judgeShare(
  check: string,
  [part, whole]: readonly [number, number],
  what: string,
  limits: ShareLimits,
  remedy: string,
): Finding {
  const share = whole === 0 ? 1 : part / whole;
  const words = `${percent(share)} ${what} (${count(part)} of ${count(whole)})`;
  if (limits.fail !== undefined && whole >= enough && share <= limits.fail)
    return found(check, 'fail', share, words, remedy);
  return share < limits.warn && whole >= enough
    ? found(check, 'warn', share, words, remedy)
    : passed(check, words, share);
}
