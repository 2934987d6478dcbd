// The server's clock, as its answers report it: waiting times must not depend on how this device's clock is set.

/** Milliseconds that the server's clock is ahead of this device's; 0 until an answer has arrived. */
let ahead = 0;
/** Time of the request whose answer set `ahead`, in milliseconds: a fast answer is more exact than a slow one. */
let uncertainty = Number.POSITIVE_INFINITY;

/**
 * Learns from the Date header of an answer, which has a resolution of a second.
 * @param asked time by this device's clock when the request was sent, in milliseconds
 */
export function learnServerTime(headers: Headers, asked: number, now = Date.now()): void {
  // A cached answer has the date of its first delivery.
  if (headers.has('Age') || headers.has('X-Couture-Kept')) return;
  const date = Date.parse(headers.get('Date') ?? '');
  const duration = now - asked;
  const measured = date + 500 - (asked + now) / 2;
  // A clock that was set meanwhile makes all earlier measurements wrong.
  const isNews = Math.abs(measured - ahead) > 2_000 + duration;
  if (Number.isNaN(date) || duration < 0 || (duration > uncertainty && !isNews)) return;
  ahead = measured;
  uncertainty = duration;
}

/** Milliseconds since 1970 by the server's clock. */
export function serverNow(): number {
  return Date.now() + ahead;
}
