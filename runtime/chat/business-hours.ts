// Business hours in the shop's time zone, right across changes to and from summer time: what counts is the clock on the
// wall there, as Intl has it.
import type { OpenHours } from '../core/quantities.ts';

const minute = 60_000;

export class BusinessHours {
  readonly #hours: readonly OpenHours[] | undefined;
  readonly #format: Intl.DateTimeFormat;

  /** @param hours undefined: always open */
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
    const { day, minutes } = this.#wall(at);
    return this.#hours.some((stretch) => {
      const since = ((day - stretch.day + 7) % 7) * 1_440 + minutes;
      return since >= stretch.from && since < stretch.to;
    });
  }

  /** When it opens next; undefined while it is open, or where it never does. */
  opensAt(now: Date): Date | undefined {
    if (!this.#hours || this.isOpen(now)) return undefined;
    const today = this.#wall(now);
    const openings = this.#hours.flatMap((stretch) => {
      // This week's and the next one's: today's may be over.
      const days = (stretch.day - today.day + 7) % 7;
      return [days, days + 7].map((ahead) => this.#instant(today, ahead, stretch.from));
    });
    const next = Math.min(...openings.filter((opening) => opening > now.getTime()));
    return Number.isFinite(next) ? new Date(next) : undefined;
  }

  /** The first moment from which on the wall's clock shows these minutes or more, so many days from today. */
  #instant(today: Wall, daysAhead: number, minutes: number): number {
    const wanted = Date.UTC(today.year, today.month - 1, today.date + daysAhead, 0, minutes);
    // The zone's offset is that of the moment itself: guessed, then corrected.
    let instant = wanted;
    for (let tries = 0; tries < 2; tries++) instant += wanted - this.#wall(new Date(instant)).asUtc;
    // Where the clock was put forward over it, the moment in which it was.
    while (this.#wall(new Date(instant)).asUtc < wanted) instant += minute;
    while (this.#wall(new Date(instant - minute)).asUtc >= wanted) instant -= minute;
    return instant;
  }

  #wall(at: Date): Wall {
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

interface Wall {
  readonly year: number;
  readonly month: number;
  readonly date: number;
  /** 0 is Sunday. */
  readonly day: number;
  readonly minutes: number;
  /** What the wall shows, as if it were UTC. */
  readonly asUtc: number;
}
