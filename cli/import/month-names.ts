// Names of months and weekdays in many languages → their numbers.

/** Where a name stands for two months, it stands for none. */
const languages = ['en', 'de', 'fr', 'es', 'it', 'nl', 'pt', 'sv', 'da', 'pl'];
/** A name that those above have, too, is theirs. Not Croatian: its listopad is October, that of Poles and Czechs November. */
const moreLanguages =
  'ru uk bg sr cs sk hu ro sl lt lv et fi nb el tr ar ar-SY he th id ms fa hi ca eu'.split(' ');

const dayMs = 86_400_000;
let months: Map<string, number> | undefined;
let weekdays: Set<string> | undefined;

/** Returns 1 to 12 for a month's full or short name in one of the languages above, otherwise undefined. */
export function monthOf(word: string): number | undefined {
  months ??= monthNames();
  return months.get(plainWord(word));
}

/** Whether the word is a weekday and not also a month: in French, `mar` is both. */
export function isWeekday(word: string): boolean {
  weekdays ??= new Set(
    [...languages, ...moreLanguages].flatMap((language) =>
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
  for (const language of languages)
    for (const [name, month] of namesIn(language)) {
      if ((names.get(name) ?? month) !== month) ambiguous.add(name);
      names.set(name, month);
      // Also accept Mar for März and Sep for Sept.
      if (language === 'en' || language === 'de') names.set(name.slice(0, 3), month);
    }
  for (const name of ambiguous) names.delete(name);
  for (const language of moreLanguages)
    for (const [name, month] of namesIn(language))
      if (!names.has(name) && !ambiguous.has(name)) names.set(name, month);
  return names;
}

function* namesIn(language: string): Generator<[name: string, month: number]> {
  // Some languages inflect the month next to a day.
  for (const form of [
    { month: 'long' },
    { month: 'short' },
    { month: 'long', day: 'numeric' },
    { month: 'short', day: 'numeric' },
  ] as const) {
    const formatter = new Intl.DateTimeFormat(`${language}-u-ca-gregory`, { ...form, timeZone: 'UTC' });
    for (let month = 1; month <= 12; month++) {
      const parts = formatter.formatToParts(Date.UTC(2024, month - 1, 1));
      const name = plainWord(parts.find(({ type }) => type === 'month')!.value);
      if (name) yield [name, month];
    }
  }
}

/** `Févr.` → `fevr`. The signs of Thai and Hindi stay: `มี.ค.` is March, `ม.ค.` January. */
function plainWord(word: string): string {
  return word
    .toLowerCase()
    .normalize('NFD')
    .replaceAll(/[\u0300-\u036f]|[^\p{L}\p{M} ]/gu, '')
    .trim();
}
