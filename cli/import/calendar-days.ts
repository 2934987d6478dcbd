// Days in the calendars that shops write → midnight UTC: Gregorian, Buddhist (2567), Persian (1403), Islamic (1445), of Taiwan (113).

const dayMs = 86_400_000;

/** Epoch milliseconds of midnight UTC; undefined for days that do not exist or lie outside 1900 to 9999. */
export function utcDay(year: number, month: number, day: number): number | undefined {
  if (!(month >= 1 && month <= 12 && day >= 1)) return undefined;
  const calendar = calendars.find(({ first, last }) => year >= first && year <= last);
  if (calendar) return dayOf(calendar, year, month, day);
  const western = year - (eras.find(({ first, last }) => year >= first && year <= last)?.years ?? 0);
  if (!(western >= 1900 && western <= 9999)) return undefined;
  const time = Date.UTC(western, month - 1, day);
  return new Date(time).getUTCMonth() === month - 1 ? time : undefined;
}

/** Years that count from another one: Thailand has 543 more, Taiwan 1911 less. */
const eras = [
  { first: 2500, last: 2642, years: 543 },
  { first: 100, last: 139, years: -1911 },
] as const;

interface Calendar {
  /** Years of this century, and of no other calendar in it. */
  readonly first: number;
  readonly last: number;
  readonly name: 'persian' | 'islamic-umalqura';
  /** A guess that is a few days off at most, in days since 1970. */
  guess(year: number, month: number, day: number): number;
}

const calendars: readonly Calendar[] = [
  {
    first: 1380,
    last: 1420,
    name: 'persian',
    guess: (year, month, day) =>
      Date.UTC(year + 621, 2, 21) / dayMs + (month - 1) * 30 + Math.min(month - 1, 6) + day - 1,
  },
  {
    first: 1421,
    last: 1470,
    name: 'islamic-umalqura',
    guess: (year, month, day) =>
      Date.UTC(622, 6, 19) / dayMs + Math.round((year - 1) * 354.367 + (month - 1) * 29.53) + day - 1,
  },
];

const formatters = new Map<string, Intl.DateTimeFormat>();

/** Intl converts to other calendars only: try the days around a guess. */
function dayOf(calendar: Calendar, year: number, month: number, day: number): number | undefined {
  let format = formatters.get(calendar.name);
  if (!format) {
    const numeric = { year: 'numeric', month: 'numeric', day: 'numeric', timeZone: 'UTC' } as const;
    format = new Intl.DateTimeFormat(`en-u-ca-${calendar.name}-nu-latn`, numeric);
    formatters.set(calendar.name, format);
  }
  const guess = calendar.guess(year, month, day);
  for (const off of [0, -1, 1, -2, 2, -3, 3]) {
    const time = (guess + off) * dayMs;
    const parts = new Map(format.formatToParts(time).map(({ type, value }) => [type, Number(value)]));
    if (parts.get('year') === year && parts.get('month') === month && parts.get('day') === day) return time;
  }
  return undefined;
}
