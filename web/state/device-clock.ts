// Moments that this device notes by its own clock: a "no", a subscription, a reload. The clock may be set at any time, so a noted
// moment may lie in the future.

/**
 * Milliseconds between a noted moment and now. A moment in the future was noted before the clock was set back. It counts as
 * equally long ago, so that nothing waits for it: no question for a year, no subscription that is never renewed.
 */
export function sinceNoted(at: number): number {
  return Math.abs(Date.now() - at);
}
