// Assigns visitors to A/B arms by a stable hash of the id that their browser generated, so that all processes and visits
// agree without stored state.
import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

export type Arm = 'standard' | 'holdout' | 'experiment';

export interface Shares {
  /** Share of visitors who see bestsellers instead of recommendations. */
  readonly holdout: number;
  /** The running experiment and the share of the other visitors who see its lists. */
  readonly experiment: { readonly id: number; readonly share: number } | undefined;
}

/** The header with the visitor id; lists can depend on it. */
export const visitorHeader = 'x-couture-visitor';

const visitorForm = /^[\w-]{8,100}$/;

/** The visitor id of a request; undefined if the client opts out of tracking (Global Privacy Control). */
export function visitorOf(headers: IncomingHttpHeaders): string | undefined {
  const visitor = headers[visitorHeader];
  if (headers['sec-gpc'] === '1' || typeof visitor !== 'string') return undefined;
  return visitorForm.test(visitor) ? visitor : undefined;
}

/** Undefined if there are no arms or the visitor is unknown. Each experiment assigns visitors independently. */
export function armOf(visitor: string | undefined, { holdout, experiment }: Shares): Arm | undefined {
  if (visitor === undefined || (holdout === 0 && !experiment)) return undefined;
  if (share('holdout', visitor) < holdout) return 'holdout';
  if (experiment && share(`experiment ${experiment.id}`, visitor) < experiment.share) return 'experiment';
  return 'standard';
}

/** A stable number in [0, 1) for the visitor. */
function share(purpose: string, visitor: string): number {
  return createHash('sha256').update(`${purpose} ${visitor}`).digest().readUInt32BE(0) / 2 ** 32;
}
