// The language of a page that is written before the app runs: as the app chooses it, from what the request says.
import type { Context } from 'koa';
import type { Locale } from '../../contract/shop.ts';
import { pageLocales } from './words.ts';

export interface PageLanguage {
  readonly lang: Locale;
  /** BCP 47 tag that numbers and prices follow: the visitor's region, where it has the same language. */
  readonly format: string;
}

/** @param shops language of the shop; undefined: the visitor's */
export function pageLanguage(ctx: Context, shops: Locale | undefined): PageLanguage {
  ctx.vary('Accept-Language');
  const accepted = ctx.acceptsLanguages() as string[];
  const lang = shops ?? accepted.map(languageOf).find(isLocale) ?? pageLocales[0];
  const format =
    accepted.find((tag) => languageOf(tag) === lang && /^[a-z]{2,3}-[A-Z]{2}$/.test(tag)) ?? lang;
  return { lang, format };
}

function languageOf(tag: string): string {
  return tag.split('-')[0]!.toLowerCase();
}

function isLocale(language: string): language is Locale {
  return pageLocales.includes(language as Locale);
}
