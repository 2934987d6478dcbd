// The hours in which nobody wants to be woken, in each subscriber's own time zone.

export interface QuietHours {
  /** Hours of the day, 0 to 23; 21 to 8 goes over midnight. */
  readonly from: number;
  readonly to: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** When the quiet hours end that it is in now; undefined: it is in none. @param timeZone UTC where it is none */
export function quietUntil(quiet: QuietHours | null, timeZone: string | null, now: Date): Date | undefined {
  if (!quiet || quiet.from === quiet.to) return undefined;
  const [hour, minute, second] = clockOf(timeZone, now);
  const isQuiet =
    quiet.from < quiet.to ? hour >= quiet.from && hour < quiet.to : hour >= quiet.from || hour < quiet.to;
  if (!isQuiet) return undefined;
  const hours = (quiet.to - hour + 24) % 24 || 24;
  const ms = hours * 3_600_000 - minute * 60_000 - second * 1_000;
  return new Date(now.getTime() + ms);
}

function clockOf(timeZone: string | null, now: Date): [hour: number, minute: number, second: number] {
  const name = timeZone ?? 'UTC';
  let format = formats.get(name);
  if (!format) {
    try {
      format = new Intl.DateTimeFormat('en-GB', {
        timeZone: name,
        hour: '2-digit',
        minute: '2-digit',
        second: '2-digit',
        hourCycle: 'h23',
      });
    } catch {
      return clockOf(null, now);
    }
    formats.set(name, format);
  }
  const [hour, minute, second] = format.format(now).split(':').map(Number) as [number, number, number];
  return [hour, minute, second];
}
