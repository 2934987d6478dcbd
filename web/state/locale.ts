// The language of the page: chosen before, or the browser's own, if it is one of ours. Written in lit-localize's runtime mode.
import { configureLocalization } from '@lit/localize';
import { allLocales, sourceLocale, targetLocales } from '../locales/locale-codes.ts';
import { saved } from './saved.ts';

export type Locale = (typeof allLocales)[number];

const loaders: Record<(typeof targetLocales)[number], () => Promise<{ templates: Record<string, never> }>> = {
  de: () => import('../locales/de.ts') as never,
};

export const { getLocale, setLocale } = configureLocalization({
  sourceLocale,
  targetLocales,
  loadLocale: (locale) => loaders[locale as (typeof targetLocales)[number]](),
});

const choice = saved<Locale | undefined>('couture-locale', undefined, (value) =>
  allLocales.find((each) => each === value),
);

const rightToLeft = new Set(['ar', 'fa', 'he', 'ur']);

/** The language that fits this reader best. */
export function preferredLocale(): Locale {
  const chosen = choice.read();
  if (chosen) return chosen;
  for (const language of navigator.languages) {
    const fits = allLocales.find((each) => each === language.split('-')[0]);
    if (fits) return fits;
  }
  return sourceLocale;
}

/** Turns the page to a language, and remembers it where the reader chose it. */
export async function useLocale(locale: Locale, { remember = false } = {}): Promise<void> {
  if (remember) choice.write(locale);
  if (locale !== getLocale()) await setLocale(locale);
  document.documentElement.lang = locale;
  document.documentElement.dir = rightToLeft.has(locale) ? 'rtl' : 'ltr';
}

/** A date as it is said in the language of the page. */
export function formatDate(date: string | Date): string {
  return new Intl.DateTimeFormat(getLocale(), { dateStyle: 'long' }).format(new Date(date));
}

/** Time of day, such as 14:05. */
export function formatTime(date: string | Date): string {
  return new Intl.DateTimeFormat(getLocale(), { timeStyle: 'short' }).format(new Date(date));
}

/** A day and a time of it. */
export function formatDateTime(date: string | Date): string {
  return new Intl.DateTimeFormat(getLocale(), { dateStyle: 'medium', timeStyle: 'short' }).format(
    new Date(date),
  );
}
