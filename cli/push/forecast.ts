// Past campaigns and the number of receivers → expected clicks. Campaigns differ more than chance explains, so the interval
// has two parts: the spread of click rates between campaigns, and the chance of single clicks.
import type { PastCampaign } from '../../sql/store/push/history.ts';

export interface Forecast {
  /** Expected clicks, and the bounds of a 90 % prediction interval. */
  readonly clicks: number;
  readonly low: number;
  readonly high: number;
  /** Mean click rate of past campaigns. */
  readonly rate: number;
  /** Campaigns that it is made from. */
  readonly campaigns: number;
}

/** Below, the spread between campaigns is unknown. */
const minCampaigns = 3;
/** 95 % quantiles of Student's t by degrees of freedom; beyond the last, the normal one. */
const t95 = [6.31, 2.92, 2.35, 2.13, 2.02, 1.94, 1.89, 1.86, 1.83, 1.81, 1.8, 1.78, 1.77, 1.76, 1.75];
const z95 = 1.645;

/**
 * A random-effects model: campaign i has a rate p_i with mean p and variance τ², estimated by the method of moments with equal
 * weights (Kleinman 1973), since a large campaign tells no more about the spread than a small one.
 * @returns undefined with fewer than three campaigns
 */
export function forecastClicks(receivers: number, past: readonly PastCampaign[]): Forecast | undefined {
  const k = past.length;
  if (k < minCampaigns) return undefined;
  const rates = past.map(({ accepted, clicked }) => clicked / accepted);
  const rate = mean(rates);
  const variance = rates.reduce((sum, each) => sum + (each - rate) ** 2, 0) / (k - 1);
  // What chance alone adds to the variance of observed rates. Nobody's true rate is 0: add half a click to all.
  const clicks = past.reduce((sum, { clicked }) => sum + clicked, 0);
  const accepted = past.reduce((sum, each) => sum + each.accepted, 0);
  const smooth = (clicks + 0.5) / (accepted + 1);
  const chance = smooth * (1 - smooth);
  const between = Math.max(0, variance - mean(past.map((each) => chance / each.accepted)));
  const t = t95[k - 2] ?? z95;
  const spread = t * Math.sqrt(receivers ** 2 * (between + variance / k) + receivers * chance);
  const expected = receivers * rate;
  return {
    clicks: Math.round(expected),
    low: Math.max(0, Math.floor(expected - spread)),
    high: Math.min(receivers, Math.ceil(expected + spread)),
    rate,
    campaigns: k,
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, each) => sum + each, 0) / values.length;
}
