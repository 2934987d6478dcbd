// The address of the results of a search.
import { own } from '../api/own-base.ts';

export function searchUrl(words: string): string {
  return own(`/search?${new URLSearchParams({ q: words })}`);
}
