// The language of the page: the reader's earlier choice, or else the shop's, or else the browser's if we have it. Uses
// lit-localize's runtime mode.
import { configureLocalization } from '@lit/localize';
import { directionOf } from '../../runtime/contract/direction.ts';
import { loaders } from '../locales/loaders.ts';
import { allLocales, sourceLocale, targetLocales } from '../locales/locale-codes.ts';
import { saved } from './saved.ts';
import { serverNow } from './server-clock.ts';

export type Locale = (typeof allLocales)[number];

export const { getLocale, setLocale } = configureLocalization({
  sourceLocale,
  targetLocales,
  loadLocale: (locale) => loaders[locale as (typeof targetLocales)[number]]() as never,
});

const choice = saved<Locale | undefined>('couture-locale', undefined, knownLocale);

/** The best language for this reader. */
export function preferredLocale(): Locale {
  const shops = document.querySelector<HTMLMetaElement>('meta[name="couture-locale"]')?.content;
  for (const language of [choice.read(), shops, ...navigator.languages]) {
    const fits = knownLocale(language);
    if (fits) return fits;
  }
  return sourceLocale;
}

/** `de-AT` → de; undefined for a language that we don't have. */
export function knownLocale(language: unknown): Locale | undefined {
  return allLocales.find((each) => each === String(language).toLowerCase().split('-')[0]);
}

/** Switches the page to a language, and remembers it if the reader chose it. */
export async function useLocale(locale: Locale, { remember = false } = {}): Promise<void> {
  if (remember) choice.write(locale);
  if (locale !== getLocale()) await setLocale(locale);
  document.documentElement.lang = locale;
  document.documentElement.dir = directionOf(locale);
}

/**
 * What numbers and dates follow: the page's own `lang`, which on another shop's page may be a language or a region that we
 * have no words for; where it names no region, the reader's variant of it. en-GB writes dates unlike en-US.
 */
export function formatLocale(): string {
  // Tests run without a browser.
  const { document, navigator } = globalThis as { document?: Document; navigator?: Navigator };
  const ofPage = document?.documentElement.lang ?? '';
  const known = knownLocale(ofPage);
  // While the page changes its language, its words come first.
  const page = isTag(ofPage) && (!known || known === getLocale()) ? ofPage : getLocale();
  if (page.includes('-')) return page;
  return navigator?.languages?.find((each) => each.split('-')[0] === page && isTag(each)) ?? page;
}

/** Some browsers list languages that Intl rejects, such as "en-US@posix" of Chromium under the POSIX locale. */
function isTag(language: string): boolean {
  try {
    return Intl.NumberFormat.supportedLocalesOf(language).length > 0;
  } catch {
    return false;
  }
}

/** Formats a count in the digits and with the separators of the language of the page. */
export function formatCount(count: number | string): string {
  // Engines keep the format of the last call.
  return Number(count).toLocaleString(formatLocale());
}

/** Formats a date in the language of the page, such as 28 November 2026. */
export function formatDate(date: string | Date): string {
  return new Intl.DateTimeFormat(formatLocale(), { dateStyle: 'long' }).format(new Date(date));
}

/** Formats a UTC day, such as 28 November, with the year if it is not the current one. */
export function formatDay(date: Date): string {
  const thisYear = date.getUTCFullYear() === new Date(serverNow()).getUTCFullYear();
  const year = thisYear ? {} : ({ year: 'numeric' } as const);
  const format = new Intl.DateTimeFormat(formatLocale(), {
    day: 'numeric',
    month: 'long',
    ...year,
    timeZone: 'UTC',
  });
  return format.format(date);
}

/** Formats a time of day, such as 14:05. */
export function formatTime(date: string | Date): string {
  return new Intl.DateTimeFormat(formatLocale(), { timeStyle: 'short' }).format(new Date(date));
}

/** Formats an appointment with its weekday, and with its time zone: such as Monday 30 November at 09:00 CET. */
export function formatAppointment(date: string | Date): string {
  return new Intl.DateTimeFormat(formatLocale(), {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
  }).format(new Date(date));
}

/** The day of the week and the time: Mon, 09:02. */
export function formatShortAppointment(date: string): string {
  return new Intl.DateTimeFormat(formatLocale(), {
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
  }).format(new Date(date));
}
