// Quiet hours: no messages are sent between two hours of the day in the subscriber's time zone.
import { LRUCache } from 'lru-cache';

export interface QuietHours {
  /** Hours of the day, 0 to 23; a period such as 21 to 8 spans midnight. */
  readonly from: number;
  readonly to: number;
}

/** More than there are time zones. Browsers name theirs themselves, in any case of letters, and each format takes 30 KB. */
export const maxZones = 600;
const formats = new LRUCache<string, Intl.DateTimeFormat>({ max: maxZones });

/** Number of time zones whose formats are in memory. */
export function zonesInMemory(): number {
  return formats.size;
}

/** Returns the end of the current quiet period, or undefined outside of one. An unknown time zone counts as UTC. */
export function quietUntil(quiet: QuietHours | null, timeZone: string | null, now: Date): Date | undefined {
  if (!quiet || quiet.from === quiet.to) return undefined;
  const [hour, minute, second] = clockOf(timeZone, now);
  if (!isQuiet(quiet, hour)) return undefined;
  const hours = (quiet.to - hour + 24) % 24 || 24;
  const end = new Date(now.getTime() + hours * hourMs - minute * minuteMs - second * 1_000);
  // The clock was set forward or back in between.
  const [endHour, endMinute] = clockOf(timeZone, end);
  const late = (((endHour - quiet.to + 36) % 24) - 12) * hourMs + endMinute * minuteMs;
  const atHour = new Date(end.getTime() - late);
  // An hour that was skipped ends when the next one begins.
  return isQuiet(quiet, clockOf(timeZone, atHour)[0]) ? end : atHour;
}

const [hourMs, minuteMs] = [3_600_000, 60_000];

function isQuiet({ from, to }: QuietHours, hour: number): boolean {
  return from < to ? hour >= from && hour < to : hour >= from || hour < to;
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
