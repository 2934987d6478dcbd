// Fields of order files as shops write them → numbers and times. Undefined: it is none.

/** In which order a date such as 03/04/2024 names day and month. */
export type DateOrder = 'dmy' | 'mdy';

/** What exports write where there is nothing. */
const nothing = new Set(['', 'NULL', 'null', 'NaN', 'nan', 'None', 'N/A', '\\N']);

/** A field without its blanks; '' where there is nothing. */
export function textOf(field: string | undefined): string {
  const text = field?.trim() ?? '';
  return nothing.has(text) ? '' : text;
}

/** `6`, `-6`, `6.0` → an int4. Parts, as of goods by weight, are rounded away from zero: 0.7 kg was bought. */
export function parseQuantity(text: string): number | undefined {
  const value = parseAmount(text);
  if (value === undefined) return undefined;
  const whole = Math.sign(value) * Math.ceil(Math.abs(value));
  return Math.abs(whole) <= 0x7fffffff ? whole + 0 : undefined;
}

/** `2.55`, `£2.55`, `1,234.50`, `1.234,50`, `2,55` → a number. */
export function parsePrice(text: string): number | undefined {
  return parseAmount(text.replace(/^([-+]?)\s*(?:[£$€¥]|[A-Z]{3}\s)\s*|\s*(?:[£$€¥]|\s[A-Z]{3})$/g, '$1'));
}

/** `2024-03-01T10:00:00Z`, `2024-03-01 10:00`, `20240301`, `1/3/2024 8:26`, `1.3.24`, epoch seconds or ms → epoch ms. */
export function parseTime(text: string, order: DateOrder | undefined): number | undefined {
  const iso =
    /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:(?:[T ]| +)(\d{1,2}):(\d{2})(?::(\d{2})(\.\d+)?)?)?\s*(Z|UTC|[+-]\d{2}(?::?\d{2})?)?$/.exec(
      text,
    );
  if (iso) {
    const [, year, month, day, hour, minute, second, fraction, zone] = iso;
    const base = utc(Number(year), Number(month), Number(day), hour, minute, second);
    return base === undefined ? undefined : base + Math.trunc(Number(fraction ?? 0) * 1000) - zoneMs(zone);
  }
  if (/^\d{8}$/.test(text)) {
    return utc(Number(text.slice(0, 4)), Number(text.slice(4, 6)), Number(text.slice(6)));
  }
  if (/^\d{10}$/.test(text)) return Number(text) * 1000;
  if (/^\d{13}$/.test(text)) return Number(text);
  return parseLocalDate(text, order);
}

/** Which order a date gives away: 13/04/2024 is dmy. Undefined: either, or it is written otherwise. */
export function dateOrderOf(text: string): DateOrder | undefined {
  const match = localDate.exec(text);
  if (!match) return undefined;
  if (match[2] === '.') return 'dmy';
  const [first, second] = [Number(match[1]), Number(match[3])];
  if (first > 12 && second <= 12) return 'dmy';
  return second > 12 && first <= 12 ? 'mdy' : undefined;
}

/** Whether the order of day and month matters to a date as written. */
export function isLocalDate(text: string): boolean {
  return localDate.test(text);
}

const localDate =
  /^(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})(?:,?\s+(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?\s*([AaPp][Mm])?)?$/;

function parseLocalDate(text: string, order: DateOrder | undefined): number | undefined {
  const match = localDate.exec(text);
  if (!match) return undefined;
  const [, first, mark, second, shortYear, hourText, minute, seconds, half] = match;
  // Better no time than the wrong month.
  if (mark !== '.' && !order) return undefined;
  const dayFirst = mark === '.' || order === 'dmy';
  const [day, month] = dayFirst ? [first, second] : [second, first];
  const year = Number(shortYear) + (shortYear!.length === 2 ? (Number(shortYear) < 70 ? 2000 : 1900) : 0);
  let hour = Number(hourText ?? 0);
  if (half) {
    if (hour < 1 || hour > 12) return undefined;
    hour = (hour % 12) + (half.toLowerCase() === 'pm' ? 12 : 0);
  }
  return utc(year, Number(month), Number(day), String(hour), minute, seconds);
}

/** Undefined for days and hours that do not exist: 30 February, 25:00, the year 200. */
function utc(year: number, month: number, day: number, hour = '0', minute = '0', second = '0') {
  const [h, m, s] = [Number(hour), Number(minute), Number(second)];
  if (year < 1900 || year > 2200 || h > 23 || m > 59 || s > 60) return undefined;
  const date = new Date(Date.UTC(year, month - 1, day, h, m, s));
  const exists = date.getUTCMonth() === month - 1 || s === 60;
  return exists && month >= 1 && month <= 12 && day >= 1 && day <= 31 ? date.getTime() : undefined;
}

function zoneMs(zone: string | undefined): number {
  const match = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone ?? '');
  if (!match) return 0;
  return (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3] ?? 0)) * 60_000;
}

/** A decimal number with a point or a comma, with or without thousands. */
function parseAmount(text: string): number | undefined {
  if (/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text)) return finite(Number(text));
  const sign = text.startsWith('-') ? -1 : 1;
  const digits = text.replace(/^[-+]/, '').replaceAll(/[\s'\u00a0\u202f]/g, '');
  if (/^\d{1,3}(,\d{3})+(\.\d+)?$/.test(digits)) return sign * Number(digits.replaceAll(',', ''));
  if (/^\d{1,3}(\.\d{3})+,\d+$/.test(digits) || /^\d+,\d+$/.test(digits)) {
    return sign * Number(digits.replaceAll('.', '').replace(',', '.'));
  }
  return /^\d+(\.\d+)?$/.test(digits) ? sign * Number(digits) : undefined;
}

function finite(value: number): number | undefined {
  return Math.abs(value) < 1e12 ? value : undefined;
}
