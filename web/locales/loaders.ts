// Languages beside that of the sources → their texts, each in a file of its own that loads when a page needs it.
import type { targetLocales } from './locale-codes.ts';

export interface LocaleTexts {
  readonly templates: Readonly<Record<string, unknown>>;
}

export type LocaleLoaders = Readonly<Record<(typeof targetLocales)[number], () => Promise<LocaleTexts>>>;

export const loaders: LocaleLoaders = {
  de: () => import('./de.ts'),
  ar: () => import('./ar.ts'),
};
