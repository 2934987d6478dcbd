// The language of what the shop has written: names, categories and descriptions. Screen readers need it where the page is in
// another one.

import { getLocale } from './locale.ts';

/** For the attribute `lang`; undefined if the texts are in the page's language, or in an unknown one. */
export function contentLang(): string | undefined {
  const meta = (name: string) => document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content;
  const written = meta('couture-sample') ? 'en' : (meta('couture-locale') ?? document.documentElement.lang);
  if (!written) return undefined;
  const language = (tag: string) => tag.toLowerCase().split('-')[0];
  return language(written) === getLocale() ? undefined : written;
}
