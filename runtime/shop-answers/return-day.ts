// Days as the shop counts them: in its time zone, where a day may have 23 or 25 hours.

const milliseconds = 86_400_000;

/** The day in the shop's time zone, as 2026-11-29. */
export function isoDay(at: Date, timeZone: string): string {
  return new Intl.DateTimeFormat('en-CA', { dateStyle: 'short', timeZone }).format(at);
}

/** The last day on which an order can be returned: so many days of the calendar after the one of the order. */
export function returnDay(orderedAt: Date, days: number, timeZone: string): string {
  // A day as such has 24 hours in UTC.
  const ordered = Date.parse(isoDay(orderedAt, timeZone));
  return new Date(ordered + days * milliseconds).toISOString().slice(0, 10);
}
