// Business hours in the shop's time zone, correct across daylight saving changes: they follow local time as Intl
// reports it.
import type { OpenHours } from '../core/quantities.ts';

const minute = 60_000;
const maxDaysAhead = 92;
/** Minutes after midnight, for shops that are always open. */
const usualOpening = 9 * 60;

export class BusinessHours {
  readonly #hours: readonly OpenHours[] | undefined;
  readonly #format: Intl.DateTimeFormat;

  /** @param hours undefined if the shop is always open */
  constructor(hours: readonly OpenHours[] | undefined, timeZone: string) {
    this.#hours = hours;
    this.#format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      weekday: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
    });
  }

  isOpen(at: Date): boolean {
    if (!this.#hours) return true;
    const { day, minutes } = this.#localTime(at);
    return this.#hours.some((period) => {
      const since = ((day - period.day + 7) % 7) * 1_440 + minutes;
      return since >= period.from && since < period.to;
    });
  }

  /** When the shop opens next; undefined while it is open, or if it never opens. */
  opensAt(now: Date): Date | undefined {
    if (!this.#hours || this.isOpen(now)) return undefined;
    const today = this.#localTime(now);
    const openings = this.#hours.flatMap((period) => {
      // This week's opening and next week's: today's may have passed.
      const days = (period.day - today.day + 7) % 7;
      return [days, days + 7].map((ahead) => this.#instant(today, ahead, period.from));
    });
    const next = Math.min(...openings.filter((opening) => opening > now.getTime()));
    return Number.isFinite(next) ? new Date(next) : undefined;
  }

  /** When the shop opens on the first day from tomorrow, or from next Monday, on which it does; 9:00 if it is always open. */
  openingFrom(now: Date, from: 'tomorrow' | 'next week'): Date {
    const today = this.#localTime(now);
    const first = from === 'tomorrow' ? 1 : (8 - today.day) % 7 || 7;
    for (let ahead = first; this.#hours && ahead < first + 7; ahead++) {
      const day = (today.day + ahead) % 7;
      const openings = this.#hours.filter((period) => period.day === day).map((period) => period.from);
      if (openings.length > 0) return new Date(this.#instant(today, ahead, Math.min(...openings)));
    }
    return new Date(this.#instant(today, first, usualOpening));
  }

  /**
   * When the shop has been open for this long since `start`; undefined if that takes more than a quarter.
   * @param milliseconds of business time
   */
  openFor(start: Date, milliseconds: number): Date | undefined {
    if (!this.#hours) return new Date(start.getTime() + milliseconds);
    const local = this.#localTime(start);
    let left = milliseconds;
    // From yesterday, whose hours may last past midnight.
    let counted = start.getTime();
    for (let ahead = -1; ahead <= maxDaysAhead; ahead++) {
      const day = (local.day + ahead + 7) % 7;
      const periods = this.#hours.filter((period) => period.day === day).sort((a, b) => a.from - b.from);
      for (const { from, to } of periods) {
        const end = this.#instant(local, ahead, to);
        const begin = Math.max(counted, this.#instant(local, ahead, from));
        if (end <= begin) continue;
        if (end - begin >= left) return new Date(begin + left);
        left -= end - begin;
        counted = end;
      }
    }
    return undefined;
  }

  /** The first instant at which local time has reached these minutes, `daysAhead` days from today. */
  #instant(today: LocalTime, daysAhead: number, minutes: number): number {
    const wanted = Date.UTC(today.year, today.month - 1, today.date + daysAhead, 0, minutes);
    // The zone's offset depends on the instant itself: guess it, then correct it.
    let instant = wanted;
    for (let tries = 0; tries < 2; tries++) instant += wanted - this.#localTime(new Date(instant)).asUtc;
    // If the clock skipped this time, use the instant of the change.
    while (this.#localTime(new Date(instant)).asUtc < wanted) instant += minute;
    while (this.#localTime(new Date(instant - minute)).asUtc >= wanted) instant -= minute;
    return instant;
  }

  #localTime(at: Date): LocalTime {
    const parts = Object.fromEntries(this.#format.formatToParts(at).map(({ type, value }) => [type, value]));
    const [year, month, date, hour, minutes] = ['year', 'month', 'day', 'hour', 'minute'].map((name) =>
      Number(parts[name]),
    ) as [number, number, number, number, number];
    return {
      year,
      month,
      date,
      day: new Date(Date.UTC(year, month - 1, date)).getUTCDay(),
      minutes: hour * 60 + minutes,
      asUtc: Date.UTC(year, month - 1, date, hour, minutes) + (at.getTime() % minute),
    };
  }
}

interface LocalTime {
  readonly year: number;
  readonly month: number;
  readonly date: number;
  /** 0 is Sunday. */
  readonly day: number;
  readonly minutes: number;
  /** The local time read as if it were UTC, in milliseconds since 1970. */
  readonly asUtc: number;
}
