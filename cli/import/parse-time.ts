// Times as written by shops, spreadsheets and mail clients → epoch milliseconds; undefined if invalid or ambiguous.

import { asciiDigits } from './field-values.ts';

/** The order of day and month in a date such as 03/04/2024. */
export type DateOrder = 'dmy' | 'mdy';

/**
 * Accepts ISO 8601 and the variants that databases print, 2024.03.01, 1/3/2024 8:26 PM, 1.3.24, Mar 1, 2024, 01-Mar-24,
 * 1. März 2024, RFC 2822, epoch seconds to microseconds, and Excel day numbers. Times without a zone are UTC.
 */
export function parseTime(text: string, order: DateOrder | undefined): number | undefined {
  const plain = isPlain.test(text) ? text : tidy(text);
  if (/^[\d.,]+$/.test(plain)) {
    const number = fromDigits(plain);
    if (number !== undefined) return number;
  }
  const date = splitDate(plain, order);
  const clock = date && parseClock(date.rest);
  if (clock === undefined) return undefined;
  const midnight = utcDay(date!.year, date!.month, date!.day);
  return midnight === undefined ? undefined : midnight + clock;
}

/** Recognises Excel day numbers, days since 1899-12-30: `45352`, `45294.60486`. */
export function isExcelDay(text: string): boolean {
  return /^\d{5}(?:[.,]\d+)?$/.test(text) && Number.parseInt(text, 10) >= unixInExcel;
}

/** The order that a date proves: 13/04/2024 is dmy. Undefined if both are possible or the format is another. */
export function dateOrderOf(text: string): DateOrder | undefined {
  const match = numericDate.exec(tidy(text));
  if (!match) return undefined;
  if (match[2] === '.') return 'dmy';
  const [first, second] = [Number(match[1]), Number(match[3])];
  if (first > 12 && second <= 12) return 'dmy';
  return second > 12 && first <= 12 ? 'mdy' : undefined;
}

/** Whether reading the date depends on the order of day and month. */
export function isLocalDate(text: string): boolean {
  return numericDate.test(tidy(text));
}

interface DateParts {
  readonly year: number;
  /** From 1 to 12. */
  readonly month: number;
  readonly day: number;
  /** What follows the date. */
  readonly rest: string;
}

const yearFirst = /^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)(.*)$/;
const numericDate = /^(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})(?!\d)(.*)$/;
const compact = /^(\d{4})(\d{2})(\d{2})(T\d{4,6}.*|)$/;
const dayMonth =
  /^(\d{1,2})(?:\.|st|nd|rd|th|er)?[-/ ]*(?:de |of )?(\p{L}+)\.?,?[-/ ]+(?:de )?(\d{4}|\d{2})(?!\d)(.*)$/u;
const monthDay = /^(\p{L}+)\.?[- ]*(\d{1,2})(?:st|nd|rd|th)?,?[- ]+(\d{4}|\d{2})(?![\d:])(.*)$/u;

/** Matches times that need no tidying, such as ISO 8601: most times in most files. */
const isPlain = /^[\dTZ:.,/+-]+(?: [\dZ:.+-]+)?$/;
/** Excel day numbers of 1970-01-01 and 2100-01-01. */
const [unixInExcel, lastInExcel] = [25_569, 73_051];
const dayMs = 86_400_000;

/** Collapses whitespace and removes the weekday and zone names that repeat the offset. */
function tidy(text: string): string {
  return asciiDigits(text)
    .replaceAll(/[\s\u00a0\u202f]+/g, ' ')
    .replace(/^ | $/g, '')
    .replace(/ ?\([^)]*\)$/, '')
    .replace(/(Z|[+-]\d{2}:?\d{2})\[[\w/+-]+\]$/, '$1')
    .replace(/^(\p{L}{2,})\.?,? (?=\d|\p{L})/u, (all, word: string) => (isWeekday(word) ? '' : all));
}

function fromDigits(text: string): number | undefined {
  if (isExcelDay(text)) {
    const days = Number(text.replace(',', '.'));
    // Rounded to seconds, because Excel's fractions are not exact.
    return days < lastInExcel ? Math.round((days - unixInExcel) * 86_400) * 1000 : undefined;
  }
  const stamp = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})?$/.exec(text);
  if (stamp) {
    const [, year, month, day, hour, minute, second] = stamp;
    const midnight = utcDay(Number(year), Number(month), Number(day));
    const clock = clockMs(Number(hour), Number(minute), Number(second ?? 0));
    return midnight === undefined || clock === undefined ? undefined : midnight + clock;
  }
  if (/^\d{10}(?:\.\d+)?$/.test(text)) return Math.floor(Number(text) * 1000);
  if (/^\d{13}$/.test(text)) return Number(text);
  return /^\d{16}$/.test(text) ? Math.floor(Number(text) / 1000) : undefined;
}

function splitDate(text: string, order: DateOrder | undefined): DateParts | undefined {
  let match = yearFirst.exec(text);
  if (match) return parts(match[1], match[3], match[4], match[5]);
  match = compact.exec(text);
  if (match) return parts(match[1], match[2], match[3], match[4]);
  match = numericDate.exec(text);
  if (match) {
    const [, first, mark, second, year, rest] = match;
    // Reject rather than guess the month.
    if (mark !== '.' && !order) return undefined;
    return mark === '.' || order === 'dmy'
      ? parts(year, second, first, rest)
      : parts(year, first, second, rest);
  }
  match = dayMonth.exec(text);
  if (match) return parts(match[3], monthOf(match[2]!), match[1], match[4]);
  match = monthDay.exec(text);
  return match ? parts(match[3], monthOf(match[1]!), match[2], match[4]) : undefined;
}

function parts(
  year: string | undefined,
  month: string | number | undefined,
  day: string | undefined,
  rest = '',
): DateParts {
  const short = year?.length === 2 ? (Number(year) < 70 ? 2000 : 1900) : 0;
  return { year: short + Number(year), month: Number(month), day: Number(day), rest };
}

/** Time of day and zone → milliseconds to add to midnight UTC; 0 if nothing follows the date. */
function parseClock(text: string): number | undefined {
  const match =
    /^(?:T|,? |,? ?(?:at|um|-) )?(\d{1,2})(?:[:.](\d{2})(?:[:.](\d{2})(?:[.,](\d+))?)?)? ?([ap]\.?m\.?)?(?: ?Uhr)?(?: ?(Z|[A-Z]{2,5}|(?:GMT|UTC)?[+-]\d{2}(?::?\d{2})?))?$/i.exec(
      text,
    ) ?? /^T(\d{2})(\d{2})(\d{2})?(?:[.,](\d+))?()(Z|[+-]\d{2}(?::?\d{2})?)?$/.exec(text);
  if (!match) return /^(?: ?(?:Z|UTC|GMT))?$/.test(text) ? 0 : zoneMs(text);
  const [, hourText, minute, second, fraction, half, zone] = match;
  if (minute === undefined && !half && !/Uhr/i.test(text)) return undefined;
  let hour = Number(hourText);
  if (half) {
    if (hour < 1 || hour > 12) return undefined;
    hour = (hour % 12) + (/^p/i.test(half) ? 12 : 0);
  }
  const clock = clockMs(hour, Number(minute ?? 0), Number(second ?? 0));
  const offset = zone === undefined ? 0 : zoneMs(zone);
  if (clock === undefined || offset === undefined) return undefined;
  return clock + Math.trunc(Number(`0.${fraction ?? 0}`) * 1000) + offset;
}

function clockMs(hour: number, minute: number, second: number): number | undefined {
  if (hour > 23 || minute > 59 || second > 60) return undefined;
  return ((hour * 60 + minute) * 60 + second) * 1000;
}

/** UTC offset in hours of common zone abbreviations, leaving out ambiguous ones. */
const zoneHours: Readonly<Record<string, number>> = {
  Z: 0,
  UTC: 0,
  GMT: 0,
  EST: -5,
  EDT: -4,
  CDT: -5,
  MST: -7,
  MDT: -6,
  PST: -8,
  PDT: -7,
  CET: 1,
  CEST: 2,
};

/** Milliseconds to add to a local time to get UTC: −3,600,000 for +01:00. */
function zoneMs(zone: string): number | undefined {
  const match = /^ ?(?:GMT|UTC)?([+-])(\d{2})(?::?(\d{2}))?$/i.exec(zone);
  if (match) return (match[1] === '-' ? 1 : -1) * (Number(match[2]) * 60 + Number(match[3] ?? 0)) * 60_000;
  const hours = zoneHours[zone.trim().toUpperCase()];
  return hours === undefined ? undefined : -hours * 3_600_000;
}

/** Epoch milliseconds of midnight UTC; undefined for days that do not exist or lie outside 1900 to 9999. */
function utcDay(year: number, month: number, day: number): number | undefined {
  if (!(year >= 1900 && year <= 9999 && month >= 1 && month <= 12 && day >= 1)) return undefined;
  const time = Date.UTC(year, month - 1, day);
  return Math.floor(time / dayMs) * dayMs === time && new Date(time).getUTCMonth() === month - 1
    ? time
    : undefined;
}

const languages = ['en', 'de', 'fr', 'es', 'it', 'nl', 'pt', 'sv', 'da', 'pl'];
let months: Map<string, number> | undefined;
let weekdays: Set<string> | undefined;

/** Returns 1 to 12 for a month's full or short name in one of the languages above, otherwise undefined. */
function monthOf(word: string): number | undefined {
  months ??= monthNames();
  return months.get(plainWord(word));
}

/** Whether the word is a weekday and not also a month: in French, `mar` is both. */
function isWeekday(word: string): boolean {
  weekdays ??= new Set(
    languages.flatMap((language) =>
      (['long', 'short'] as const).flatMap((weekday) => {
        const formatter = new Intl.DateTimeFormat(language, { weekday, timeZone: 'UTC' });
        return Array.from({ length: 7 }, (_, day) => plainWord(formatter.format(day * dayMs)));
      }),
    ),
  );
  return weekdays.has(plainWord(word)) && monthOf(word) === undefined;
}

function monthNames(): Map<string, number> {
  const names = new Map<string, number>();
  const ambiguous = new Set<string>();
  for (const language of languages) {
    // Some languages inflect the month next to a day.
    for (const format of [
      { month: 'long' },
      { month: 'short' },
      { month: 'long', day: 'numeric' },
    ] as const) {
      const formatter = new Intl.DateTimeFormat(language, { ...format, timeZone: 'UTC' });
      for (let month = 1; month <= 12; month++) {
        const part = formatter
          .formatToParts(Date.UTC(2024, month - 1, 1))
          .find(({ type }) => type === 'month')!;
        const name = plainWord(part.value);
        if ((names.get(name) ?? month) !== month) ambiguous.add(name);
        names.set(name, month);
        // Also accept Mar for März and Sep for Sept.
        if (language === 'en' || language === 'de') names.set(name.slice(0, 3), month);
      }
    }
  }
  for (const name of ambiguous) names.delete(name);
  return names;
}

/** `Févr.` → `fevr` */
function plainWord(word: string): string {
  return word
    .toLowerCase()
    .normalize('NFD')
    .replaceAll(/[^\p{L}]/gu, '');
}
