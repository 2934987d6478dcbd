// A build step: removes the comments and the indentation of styles, which bundlers leave in template literals.
import type { Plugin } from 'vite';

/** The styles of an element in its source. */
export const stylesInSource = /css`[^`]*`/g;

export function shortStyles(): Plugin {
  return {
    name: 'couture-short-styles',
    enforce: 'pre',
    apply: 'build',
    transform: (code, id) =>
      /\/web\/.*\.ts$/.test(id) ? code.replace(stylesInSource, shortened) : undefined,
  };
}

function shortened(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/\s+/g, ' ');
}
