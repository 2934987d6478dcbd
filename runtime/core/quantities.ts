// The row type of the option table, and the schemas of its values: durations (90d), sizes (4g), lists (a,b).
import { z } from 'zod';

/** One row of the option table. */
export interface OptionRow {
  readonly env: string;
  /** Placeholder of the value in help texts; undefined for a switch. */
  readonly value?: string;
  readonly schema: z.ZodType;
  /** As a user would write it; parsed like any other value. */
  readonly default?: string | number | boolean;
  /** What the setting changes about a build; default: nothing. */
  readonly affects?: 'output' | 'speed';
  readonly secret?: boolean;
  /** Of a URL whose only secret is its password. */
  readonly example?: string;
  /** Whether the flag can be repeated. */
  readonly repeat?: boolean;
  readonly doc: string;
}

const secondsPer = { s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800, y: 31_557_600 } as const;
const bytesPer = { k: 1024, m: 1024 ** 2, g: 1024 ** 3 } as const;

/** `90d`, `12h`, `2w` → number of days. */
export const durationDays = z.union([z.string(), z.number()]).transform((value, context) => {
  const match = /^(\d+(?:\.\d+)?)\s*([smhdwy])$/i.exec(String(value).trim());
  if (match) {
    return (Number(match[1]) * secondsPer[match[2]!.toLowerCase() as keyof typeof secondsPer]) / 86_400;
  }
  context.addIssue({ code: 'custom', message: 'expected a duration such as 90d, 12h or 2w' });
  return z.NEVER;
});

/** The same, of any time at all. */
export const someDays = durationDays.refine((days) => days > 0, 'expected a duration longer than zero');

/** A duration as above, or `none` → Infinity. */
export const someDaysOrNone = z.union(
  [z.literal('none').transform(() => Number.POSITIVE_INFINITY), someDays],
  { error: 'expected a duration longer than zero, such as 90d, or none' },
);

/** `2026-12-01` or `2026-12-01T09:00Z`; undefined for anything else. JavaScript takes 31 February for 3 March. */
export function isoDate(text: string): Date | undefined {
  const day = /^\d{4}-\d{2}-\d{2}/.exec(text)?.[0] ?? '';
  const date = new Date(text);
  const isDay = new Date(`${day}T00:00Z`).getUTCDate() === Number(day.slice(8));
  return isDay && !Number.isNaN(date.getTime()) ? date : undefined;
}

/** `365d` (before the newest order), an ISO date, or `all`. */
export const since = z.string().transform((value, context): { days: number } | { date: Date } | 'all' => {
  if (value === 'all') return 'all';
  const date = isoDate(value);
  if (date) return { date };
  const days = durationDays.safeParse(value);
  if (days.success) return { days: days.data };
  context.addIssue({
    code: 'custom',
    message: 'expected a duration such as 365d, a date such as 2024-05-01, or all',
  });
  return z.NEVER;
});

/** `512m`, `4g` → bytes. */
export const byteSize = z.union([z.string(), z.number()]).transform((value, context) => {
  const match = /^(\d+(?:\.\d+)?)\s*([kmg])b?$/i.exec(String(value).trim());
  if (match) {
    return Math.round(Number(match[1]) * bytesPer[match[2]!.toLowerCase() as keyof typeof bytesPer]);
  }
  context.addIssue({ code: 'custom', message: 'expected a size such as 512m or 4g' });
  return z.NEVER;
});

/** `a,b` or an array → an array of allowed words, without duplicates. */
export function wordList<const W extends readonly [string, ...string[]]>(words: W) {
  return z
    .union([
      z.string().transform((value) =>
        value
          .split(',')
          .map((word) => word.trim())
          .filter(Boolean),
      ),
      z.array(z.string()),
    ])
    .pipe(z.array(z.enum(words)).nonempty(`expected at least one of ${words.join(', ')}`))
    .transform((list) => [...new Set(list)] as W[number][]);
}

/** `name=value` settings: an array, or one string separated by `;`. */
export const assignments = z
  .union([z.string().transform((text) => text.split(';')), z.array(z.string())])
  .transform((list) => list.map((each) => each.trim()).filter(Boolean))
  .pipe(z.array(z.string().regex(/^[^=\s]+=/, 'expected name=value')));

/** Statuses of orders: an array, or one string separated by `;`, since a status may contain a comma. */
export const statusList = z
  .union([z.string().transform((text) => text.split(';')), z.array(z.string())])
  .transform((list) => [...new Set(list.map((each) => each.trim()).filter(Boolean))]);

/** The path of a model file, or its content. cli/recs/models/model-settings.ts checks the content. */
export const modelSource = z.union([z.string().min(1), z.record(z.string(), z.unknown())], {
  error: 'expected the path of a file, or an object such as {"personalized": …}',
});

/** A number, or a string that holds one. JavaScript takes blanks, null and [] for 0, and true for 1. */
export function numeric(min: number, max: number, whole = false) {
  const number = whole ? z.number().int() : z.number();
  const given = z.union([z.number(), z.string().regex(/\S/)], { error: 'expected a number' });
  return given.transform(Number).pipe(number.min(min).max(max));
}

/** A boolean, or a string: true, false, 1, 0, yes, no. */
export const flag = z.union([z.boolean(), z.stringbool()]);

/** One of `words`. For compatibility with the former switch, true means the first word and false the last. */
export function wordOrSwitch<const W extends readonly [string, ...string[]]>(words: W) {
  const choice = flag.transform((on) => (on ? words[0] : words.at(-1)!) as W[number]);
  return z.union([z.enum(words), choice], { error: `expected ${words.join(', ')}` });
}

/** `https://a.example,https://b.example` → origins as browsers send them. */
export const originList = z.union([z.string(), z.array(z.string())]).transform((value, context): string[] => {
  const words = (Array.isArray(value) ? value : value.split(',')).map((word) => word.trim()).filter(Boolean);
  for (const word of words) {
    if (URL.canParse(word) && /^https?:/.test(word) && !word.includes('*') && new URL(word).origin === word)
      continue;
    context.addIssue({
      code: 'custom',
      message: `expected origins such as https://shop.example, each in full and without *, got ${JSON.stringify(word)}`,
    });
    return z.NEVER;
  }
  return words;
});

/** One interval of opening hours, in minutes since midnight. */
export interface OpenHours {
  /** 0 is Sunday. */
  readonly day: number;
  readonly from: number;
  /** Beyond 1,440 when the interval ends on the next day. */
  readonly to: number;
}

const dayNames = ['su', 'mo', 'tu', 'we', 'th', 'fr', 'sa'];

/** `Mo-Fr 09:00-18:00, Sa 10:00-14:00` → intervals of a week. */
export const openingHours = z
  .union([z.string(), z.array(z.unknown())])
  .transform((value, context): OpenHours[] => {
    if (Array.isArray(value)) return value as OpenHours[];
    const hours: OpenHours[] = [];
    for (const part of value.split(',').map((each) => each.trim())) {
      const match = /^([a-z]{2})(?:-([a-z]{2}))? +(\d{1,2}):(\d\d)-(\d{1,2}):(\d\d)$/i.exec(part);
      const [first, last] = [match?.[1], match?.[2] ?? match?.[1]].map((name) =>
        dayNames.indexOf(name?.toLowerCase() ?? ''),
      ) as [number, number];
      const [from, until] = [3, 5].map((at) => Number(match?.[at]) * 60 + Number(match?.[at + 1])) as [
        number,
        number,
      ];
      const minutes = [Number(match?.[4]), Number(match?.[6])];
      if (first < 0 || last < 0 || !(from < 1_440 && until <= 1_440) || minutes.some((each) => each > 59)) {
        context.addIssue({
          code: 'custom',
          message: `expected hours such as "Mo-Fr 09:00-18:00, Sa 10:00-14:00", got ${JSON.stringify(part)}`,
        });
        return z.NEVER;
      }
      for (let day = first; ; day = (day + 1) % 7) {
        hours.push({ day, from, to: until > from ? until : until + 1_440 });
        if (day === last) break;
      }
    }
    return hours;
  });

/** An IANA time zone known to this Node. */
export const timeZone = z.string().refine((name) => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}, 'expected a time zone such as Europe/Berlin');

/** Files that Spark reads: `parquet:PATH`, `iceberg:TABLE`. Quotes are forbidden because the value becomes a name in SQL. */
export const orderFiles = z
  .string()
  .regex(
    /^(parquet|iceberg):[^\s`'"\\;$]+$/,
    'must be parquet:PATH or iceberg:TABLE, without spaces or quotes',
  );
