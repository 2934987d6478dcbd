// Which arm a visitor is in: a stable hash of the id that their browser made up, so that all processes, and all visits,
// agree without anything being kept.
import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

export type Arm = 'standard' | 'holdout' | 'experiment';

export interface Shares {
  /** Share of the visitors that see bestsellers instead of recommendations. */
  readonly holdout: number;
  /** Share of the others that see the lists of the experiment, and which one it is. */
  readonly experiment: { readonly id: number; readonly share: number } | undefined;
}

/** The header that names the visitor; with it the list may be another one. */
export const visitorHeader = 'x-couture-visitor';

const visitorForm = /^[\w-]{8,100}$/;

/** The visitor that a request names; nobody who asks not to be followed (Global Privacy Control). */
export function visitorOf(headers: IncomingHttpHeaders): string | undefined {
  const visitor = headers[visitorHeader];
  if (headers['sec-gpc'] === '1' || typeof visitor !== 'string') return undefined;
  return visitorForm.test(visitor) ? visitor : undefined;
}

/** Undefined: nobody is told apart, or it is not known who this is. Each experiment divides the visitors anew. */
export function armOf(visitor: string | undefined, { holdout, experiment }: Shares): Arm | undefined {
  if (visitor === undefined || (holdout === 0 && !experiment)) return undefined;
  if (share('holdout', visitor) < holdout) return 'holdout';
  if (experiment && share(`experiment ${experiment.id}`, visitor) < experiment.share) return 'experiment';
  return 'standard';
}

/** A number in [0, 1) that is the visitor's own. */
function share(purpose: string, visitor: string): number {
  return createHash('sha256').update(`${purpose} ${visitor}`).digest().readUInt32BE(0) / 2 ** 32;
}
