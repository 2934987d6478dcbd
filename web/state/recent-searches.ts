// What was searched for on this device, newest first; removed with everything else that is personal.
import { saved } from './saved.ts';

const kept = 6;

const searches = saved<readonly string[]>('couture-searches', [], (value) =>
  Array.isArray(value) && value.every((each) => typeof each === 'string') ? value.slice(0, kept) : undefined,
);

export function recentSearches(): readonly string[] {
  return searches.read();
}

export function rememberSearch(words: string): void {
  const others = searches.read().filter((each) => each.toLowerCase() !== words.toLowerCase());
  searches.write([words, ...others].slice(0, kept));
}

export function forgetSearches(): void {
  searches.clear();
}
