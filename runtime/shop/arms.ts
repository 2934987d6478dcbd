// Assigns visitors to A/B arms by a stable hash of the id that their browser generated, so that all processes and visits
// agree without stored state.
import type { IncomingHttpHeaders } from 'node:http';
import { drawOf } from '../../sql/draw.ts';

export type Arm = 'standard' | 'holdout' | 'experiment';

export interface Shares {
  /** Share of visitors who see bestsellers instead of recommendations. */
  readonly holdout: number;
  /** The running experiment and the share of the other visitors who see its lists. */
  readonly experiment: { readonly id: number; readonly share: number } | undefined;
}

/** The header with the visitor id; lists can depend on it. */
const visitorHeader = 'x-couture-visitor';

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
  if (drawOf('holdout', visitor) < holdout) return 'holdout';
  if (experiment && drawOf(`experiment ${experiment.id}`, visitor) < experiment.share) return 'experiment';
  return 'standard';
}
