// Times as written by shops, spreadsheets and mail clients → epoch milliseconds; undefined if invalid or ambiguous.

import { utcDay } from './calendar-days.ts';
import { monthOf } from './month-names.ts';
import { tidyTime } from './tidy-time.ts';

/** Characters of the longest time, with the name of its zone in words. The patterns would take minutes for a megabyte of text. */
const maxLength = 150;

/** The order of day, month and year in a date such as 03/04/2024 or 24/03/01. */
export type DateOrder = 'dmy' | 'mdy' | 'ymd';

/**
 * Accepts ISO 8601 and the variants that databases print, 2024.03.01, 1/3/2024 8:26 PM, 1.3.24, Mar 1, 2024, 01-Mar-24,
 * 1. März 2024, RFC 2822, 2024年5月1日, Japanese eras, Buddhist, Persian and Islamic years, halves of the day in many languages,
 * epoch seconds to nanoseconds, and Excel day numbers. Times without a zone are UTC.
 */
export function parseTime(text: string, order: DateOrder | undefined): number | undefined {
  const usual = usualTime(text);
  if (usual !== undefined) return usual;
  if (text.length > maxLength) return undefined;
  const plain = isPlain.test(text) ? text : tidyTime(text);
  const number = /^[\d.,]+$/.test(plain) ? fromDigits(plain) : fromProgram(text);
  if (number !== undefined) return number;
  const [, local, zone] = namedZone.exec(plain) ?? [undefined, plain];
  const date = splitDate(local!, order);
  const clock = date && parseClock(date.rest);
  if (clock === undefined) return undefined;
  const midnight = utcDay(date!.year, date!.month, date!.day);
  if (midnight === undefined) return undefined;
  return zone ? inZone(midnight + clock, zone) : midnight + clock;
}

/** Recognises Excel day numbers, days since 1899-12-30: `45352`, `45294.60486`. */
export function isExcelDay(text: string): boolean {
  return /^\d{5}(?:[.,]\d+)?$/.test(text) && Number.parseInt(text, 10) >= unixInExcel;
}

/** The order that a date proves: 13/04/2024 is dmy. Undefined if both are possible or the format is another. */
export function dateOrderOf(text: string): DateOrder | undefined {
  if (text.length > maxLength) return undefined;
  const match = numericDate.exec(tidyTime(text));
  if (!match) return undefined;
  if (match[2] === '.') return 'dmy';
  const [first, second] = [Number(match[1]), Number(match[3])];
  if (first > 12 && second <= 12) return 'dmy';
  return second > 12 && first <= 12 ? 'mdy' : undefined;
}

/** Whether reading the date depends on the order of day and month. */
export function isLocalDate(text: string): boolean {
  if (text.length > maxLength) return false;
  const mark = numericDate.exec(tidyTime(text))?.[2];
  return mark !== undefined && mark !== '.';
}

/**
 * What a date with a year of two digits says of its order: 24/03/15 would be of 2015 with the year last, and of 2024 with the year first.
 * @param thisYear that of today
 * @returns 1 if only the year first makes sense, -1 if only the year last does, otherwise 0
 */
export function yearFirstVote(text: string, thisYear = new Date().getUTCFullYear()): -1 | 0 | 1 {
  const match = /^(\d{1,2})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)/.exec(text.trim());
  if (!match) return 0;
  // Years are not written with one digit.
  if (match[4]!.length === 1) return 1;
  if (match[1]!.length === 1) return -1;
  const [first, second, third] = [match[1], match[3], match[4]].map(Number) as [number, number, number];
  // Shops have orders of the last twenty years.
  const isYear = (year: number) => 2000 + year > thisYear - 20 && 2000 + year <= thisYear + 1;
  const yearFirst = isYear(first) && second >= 1 && second <= 12 && third >= 1 && third <= 31;
  const yearLast = isYear(third) && Math.min(first, second) >= 1 && Math.min(first, second) <= 12;
  return yearFirst === yearLast ? 0 : yearFirst ? 1 : -1;
}

/** `2024-03-01 10:00:00`, the form of most files, at a fraction of what the patterns cost; undefined for all others. */
function usualTime(text: string): number | undefined {
  if (text.length !== 19 || (text[10] !== ' ' && text[10] !== 'T')) return undefined;
  if (text[4] !== '-' || text[7] !== '-' || text[13] !== ':' || text[16] !== ':') return undefined;
  const midnight = utcDay(pair(text, 0) * 100 + pair(text, 2), pair(text, 5), pair(text, 8));
  const clock = clockMs(pair(text, 11), pair(text, 14), pair(text, 17));
  return midnight === undefined || clock === undefined || Number.isNaN(clock) ? undefined : midnight + clock;
}

/** Two digits as a number; NaN if they are none. */
function pair(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

interface DateParts {
  readonly year: number;
  /** From 1 to 12. */
  readonly month: number;
  readonly day: number;
  /** What follows the date. */
  readonly rest: string;
}

const yearFirst = /^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)\.?(.*)$/;
const shortYearFirst = /^(\d{2})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)(.*)$/;
const numericDate = /^(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})(?!\d)(.*)$/;
const compact = /^(\d{4})(\d{2})(\d{2})([T ]\d{4,6}.*|)$/;
const dayMonth =
  /^(\d{1,2})(?:\.|st|nd|rd|th|er|º)?[-/ ]*(?:de |of |d['’])?(\p{L}[\p{L}\p{M}.]*),?[-/ ]*(?:de |del )?(\d{4}|\d{2})(?!\d)(.*)$/u;
const monthDay = /^(\p{L}[\p{L}\p{M}]*)\.?[- ]*(\d{1,2})(?:st|nd|rd|th)?,?[- ]+(\d{4}|\d{2})(?![\d:])(.*)$/u;
const yearMonthDay = /^(\d{4})[-/. ]+(\p{L}[\p{L}\p{M}]*)\.?[-/ ]+(\d{1,2})\.?(?!\d)(.*)$/u;
/** A time in a zone such as Europe/Berlin. */
const namedZone = /^(.*\d) ([A-Z][A-Za-z]+\/[A-Za-z_]+(?:\/[A-Za-z_]+)?)$/;

/** Matches times that need no tidying, such as ISO 8601: most times in most files. */
const isPlain = /^(?!\d{1,2}:|1\d\d[-/.])[\dTZ:.,/+-]+(?: [\dZ:.+-]+)?$/;
/** Excel day numbers of 1970-01-01 and 2100-01-01. */
const [unixInExcel, lastInExcel] = [25_569, 73_051];

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
  if (/^\d{16}$/.test(text)) return Math.floor(Number(text) / 1000);
  return /^\d{19}$/.test(text) ? Number(text.slice(0, 13)) : undefined;
}

/** `/Date(1709288430000)/` of .NET, `1.709288430E9` of programs that print seconds as a number. */
function fromProgram(text: string): number | undefined {
  const millis = /^\/Date\((\d{12,13})(?:[+-]\d{4})?\)\/$/.exec(text)?.[1];
  if (millis) return Number(millis);
  const seconds = /^\d\.\d{8,}E\+?0?9$/i.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(seconds) ? Math.floor(seconds * 1000) : undefined;
}

function splitDate(text: string, order: DateOrder | undefined): DateParts | undefined {
  let match = yearFirst.exec(text);
  if (match) return parts(match[1], match[3], match[4], match[5]);
  match = compact.exec(text);
  if (match) return parts(match[1], match[2], match[3], match[4]);
  // A year has two digits at least: 24/3/1 is no day of year 1.
  match = shortYearFirst.exec(text);
  if (match && (order === 'ymd' || match[4]!.length === 1))
    return parts(match[1], match[3], match[4], match[5]);
  match = numericDate.exec(text);
  if (match) {
    const [, first, mark, second, year, rest] = match;
    // Reject rather than guess the month.
    if (mark !== '.' && !order) return undefined;
    return mark === '.' || order !== 'mdy'
      ? parts(year, second, first, rest)
      : parts(year, first, second, rest);
  }
  match = dayMonth.exec(text);
  if (match) return parts(match[3], monthOf(match[2]!), match[1], match[4]);
  match = yearMonthDay.exec(text);
  if (match) return parts(match[1], monthOf(match[2]!), match[3], match[4]);
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
    /^(?:T|,? |,? ?- |:)?(\d{1,2})(?:[:.](\d{1,2})(?:[:.](\d{1,2})(?:[.,](\d+))?)?)? ?([ap]\.?m\.?)?(?: ?Uhr)?(?: ?(Z|[A-Z]{2,5}|(?:GMT|UTC)?[+-]\d{2}(?::?\d{2})?|(?:GMT|UTC)[+-]\d))?$/i.exec(
      text,
    ) ?? /^[T ](\d{2})(\d{2})(\d{2})?(?:[.,](\d+))?()(Z|[+-]\d{2}(?::?\d{2})?)?$/.exec(text);
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
  // Midnight at the end of the day is 24:00.
  if (hour > 23 && !(hour === 24 && minute === 0 && second === 0)) return undefined;
  if (minute > 59 || second > 60) return undefined;
  return ((hour * 60 + minute) * 60 + second) * 1000;
}

/**
 * UTC offset in hours of common zone abbreviations. BST and IST are those of Britain and India, where most shops that write them are; an
 * order that is some hours off is better than none.
 */
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
  WET: 0,
  WEST: 1,
  BST: 1,
  EET: 2,
  EEST: 3,
  MSK: 3,
  SAST: 2,
  PKT: 5,
  IST: 5.5,
  WIB: 7,
  SGT: 8,
  HKT: 8,
  AWST: 8,
  JST: 9,
  KST: 9,
  ACST: 9.5,
  ACDT: 10.5,
  AEST: 10,
  AEDT: 11,
  NZST: 12,
  NZDT: 13,
  AKST: -9,
  AKDT: -8,
  HST: -10,
};

/** Milliseconds to add to a local time to get UTC: −3,600,000 for +01:00. */
function zoneMs(zone: string): number | undefined {
  const match = /^ ?(?:GMT|UTC)?([+-])(\d{2})(?::?(\d{2}))?$/i.exec(
    zone.replace(/(?<=(?:GMT|UTC)[+-])\d$/i, '0$&'),
  );
  if (match) return (match[1] === '-' ? 1 : -1) * (Number(match[2]) * 60 + Number(match[3] ?? 0)) * 60_000;
  const hours = zoneHours[zone.trim().toUpperCase()];
  return hours === undefined ? undefined : -hours * 3_600_000;
}

const zones = new Map<string, Intl.DateTimeFormat | undefined>();

/** A local time in a zone such as Europe/Berlin → UTC; undefined if the zone is unknown. */
function inZone(local: number, zone: string): number | undefined {
  if (!zones.has(zone)) zones.set(zone, zoneFormat(zone));
  const format = zones.get(zone);
  if (!format) return undefined;
  const offset = (time: number) => {
    const name = format.formatToParts(time).find(({ type }) => type === 'timeZoneName')!.value;
    return zoneMs(name === 'GMT' ? 'Z' : name) ?? 0;
  };
  return local + offset(local + offset(local));
}

function zoneFormat(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' });
  } catch {
    return undefined;
  }
}
