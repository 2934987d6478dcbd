// Formats times for people: `2026-11-23 09:39 UTC`, `3 h ago`. All commands print times with these functions.

/** Formats a time to the minute in UTC, so that it reads the same on every machine. Null if there is no valid time. */
export function moment(time: Date | string | null): string | null {
  if (time === null) return null;
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? null : `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** Seconds → `just now`, `12 min ago`, `3 h ago`, `5 days ago`. */
export function ago(seconds: number): string {
  return seconds < 10 ? 'just now' : `${span(seconds)} ago`;
}

/** Seconds → `45 s`, `12 min`, `3 h`, `5 days`. */
export function span(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`;
  if (seconds < 48 * 3_600) return `${Math.round(seconds / 3_600)} h`;
  return `${Math.round(seconds / 86_400)} days`;
}
