// Times as people read them: `2026-11-23 09:39 UTC`; `3 h ago`.

/** To the minute, in UTC: the same for everybody who looks. */
export function moment(time: Date | string | null): string | null {
  if (time === null) return null;
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? null : `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** Seconds → `just now`, `12 min ago`, `3 h ago`, `5 days ago`. */
export function ago(seconds: number): string {
  if (seconds < 90) return seconds < 10 ? 'just now' : `${Math.round(seconds)} s ago`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min ago`;
  if (seconds < 48 * 3_600) return `${Math.round(seconds / 3_600)} h ago`;
  return `${Math.round(seconds / 86_400)} days ago`;
}
