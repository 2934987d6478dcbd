// A build step: gives the embedded elements a rem of their own. Themes set `html { font-size: 62.5% }`, and a rem is
// relative to that; `--couture-rem` is the text size that the reader has set in the browser (see embed/host-page.ts).
import type { Plugin } from 'vite';
import { stylesInSource } from './short-styles.ts';

const queries = /@(media|container)[^{]*\{/g;
const lengths = /(?<=[\s:(,/])(-?\d*\.?\d+)rem\b/g;

export function ownRem(): Plugin {
  return {
    name: 'couture-own-rem',
    enforce: 'pre',
    transform: (code, id) => (/\/web\/.*\.ts$/.test(id) ? code.replace(stylesInSource, ofReader) : undefined),
  };
}

/** `1.5rem` → `calc(1.5 * var(--couture-rem))`. Media queries ignore the page's font size; container queries do not, and take no variables. */
export function ofReader(text: string): string {
  const kept: string[] = [];
  return text
    .replace(queries, (query, kind) => {
      kept.push(kind === 'container' ? query.replace(lengths, '$1em') : query);
      return `@kept${kept.length - 1};`;
    })
    .replace(lengths, 'calc($1 * var(--couture-rem))')
    .replace(/@kept(\d+);/g, (_, at) => kept[Number(at)]!);
}
