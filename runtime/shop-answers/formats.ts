// Dates, amounts, lists and opening hours inside the sentences of answers, in one language and the shop's time zone.
import { directionOf } from '../contract/direction.ts';
import { centsOf, formatMoney } from '../contract/money.ts';
import type { Locale } from '../contract/shop.ts';
import type { OpenHours } from '../core/quantities.ts';

export class Formats {
  readonly #date: Intl.DateTimeFormat;
  readonly #day: Intl.DateTimeFormat;
  readonly #time: Intl.DateTimeFormat;
  readonly #appointment: Intl.DateTimeFormat;
  readonly #weekday: Intl.DateTimeFormat;
  readonly #list: Intl.ListFormat;
  readonly #language: Locale;
  readonly #currency: string;
  readonly #isolated: boolean;

  constructor(language: Locale, timeZone: string, currency: string) {
    this.#date = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone });
    this.#day = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone: 'UTC' });
    // Opening hours are local times already.
    this.#time = new Intl.DateTimeFormat(language, { timeStyle: 'short', timeZone: 'UTC' });
    this.#weekday = new Intl.DateTimeFormat(language, { weekday: 'short', timeZone: 'UTC' });
    this.#appointment = new Intl.DateTimeFormat(language, {
      weekday: 'long',
      day: 'numeric',
      month: 'long',
      hour: '2-digit',
      minute: '2-digit',
      timeZone,
    });
    this.#list = new Intl.ListFormat(language, { style: 'long', type: 'unit' });
    this.#language = language;
    this.#currency = currency;
    this.#isolated = directionOf(language) === 'rtl';
  }

  date(date: Date): string {
    return this.#date.format(date);
  }

  /** @param day as 2026-11-29 */
  day(day: string): string {
    return this.#day.format(new Date(`${day}T00:00Z`));
  }

  appointment(date: Date): string {
    return this.#appointment.format(date);
  }

  money(units: number): string {
    return formatMoney(centsOf(units, this.#currency), this.#currency, this.#language);
  }

  list(parts: readonly string[]): string {
    // Arabic joins its "and" to the word that follows, which reads badly before names in other scripts.
    return this.#isolated ? parts.join('، ') : this.#list.format(parts);
  }

  /** A name in any script; isolated in right-to-left sentences, so that it doesn't reorder the words around it. */
  name(name: string): string {
    return this.#isolated ? `\u2068${name}\u2069` : name;
  }

  /**
   * `Mon–Fri 9:00–18:00; Sat 10:00–14:00`: days in a row with the same hours are written together.
   * @param allDay words for a day from midnight to midnight, whose two ends would read the same
   */
  hours(periods: readonly OpenHours[], allDay: string): string {
    const days = Array.from({ length: 7 }, (_, at) => (at + 1) % 7);
    const runs: Array<{ first: number; last: number; hours: string }> = [];
    for (const day of days) {
      const hours = periods
        .filter((period) => period.day === day)
        .sort((one, other) => one.from - other.from)
        .map(({ from, to }) =>
          from === 0 && to === 1_440
            ? allDay
            : `${this.#time.format(timeOf(from))}–${this.#time.format(timeOf(to))}`,
        )
        .join(', ');
      const before = runs.at(-1);
      if (before?.hours === hours) before.last = day;
      else runs.push({ first: day, last: day, hours });
    }
    const open = runs.filter(({ hours }) => hours !== '');
    return open
      .map(({ first, last, hours }) => {
        const from = this.#weekday.format(dayOf(first));
        const days = first === last ? from : `${from}–${this.#weekday.format(dayOf(last))}`;
        return `${days} ${hours}`;
      })
      .join('; ');
  }
}

/** A day with this weekday; 0 is Sunday. */
function dayOf(weekday: number): Date {
  return new Date(Date.UTC(2023, 0, 1 + weekday));
}

function timeOf(minutes: number): Date {
  return new Date(Date.UTC(2023, 0, 1, 0, minutes % 1_440));
}
