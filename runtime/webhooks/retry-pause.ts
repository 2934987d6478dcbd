// How long to wait before the next attempt of a webhook: attempts so far, and what the receiver asks for → seconds.

/** Seconds before each further attempt, as Standard Webhooks suggests: 3 days in all. */
const pauses = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];
/** Each pause is longer by up to this share, so that what failed together is not tried again together. */
const jitter = 0.2;
/** Seconds after the event from which a failed attempt is the last one: after a receiver was disabled for long. */
const maxAge = 4 * 86_400;
/** Upper bound of Retry-After, in seconds. */
const maxWait = 86_400;

export interface FailedAttempt {
  /** Attempts so far, with this one. */
  readonly attempts: number;
  /** Seconds since the event. */
  readonly age: number;
  /** The header `Retry-After`; a date counts as none. */
  readonly retryAfter: string | undefined;
}

/** @returns seconds, or null if this attempt was the last */
export function retryPause(
  { attempts, age, retryAfter }: FailedAttempt,
  random: () => number = Math.random,
): number | null {
  const pause = pauses[attempts - 1];
  if (pause === undefined || age > maxAge) return null;
  const asked = /^\d{1,9}$/.test(retryAfter ?? '') ? Math.min(Number(retryAfter), maxWait) : 0;
  return Math.max(pause, asked) * (1 + jitter * random());
}
