// Takes the place of locales/loaders.ts in the one file for pages of other origins: German is part of it; other languages are files
// beside it, so that they cost only the pages in them.
import { templates } from '../locales/de.ts';
import type { LocaleLoaders, LocaleTexts } from '../locales/loaders.ts';
import { runtimeAddress } from './runtime-facts.ts';

export const loaders: LocaleLoaders = {
  // Not the module as an object: it would take over what old libraries have added to all objects, and fail.
  de: async () => ({ templates }),
  ar: () => beside('locale-ar.js'),
};

const maxAttempts = 6;

/** In a bundle of the shop's own, the first element says where the runtime is. */
async function beside(file: string, attempt = 1): Promise<LocaleTexts> {
  try {
    const runtime = runtimeAddress();
    if (runtime === undefined) throw new Error(`The address of ${file} is unknown`);
    const url = new URL(`${runtime}/embed/${file}`);
    // Browsers do not repeat a failed import of the same URL.
    if (attempt > 1) url.search = `?attempt=${attempt}`;
    return await import(/* @vite-ignore */ url.href);
  } catch (error) {
    if (attempt === maxAttempts) throw error;
    await new Promise((resolve) => setTimeout(resolve, 500 * 2 ** attempt));
    return beside(file, attempt + 1);
  }
}
