// A build step: removes the comments of styles and the indentation of styles and markup, which bundlers leave in template literals.
import type { Plugin } from 'vite';

/** The styles of an element in its source. */
export const stylesInSource = /css`[^`]*`/g;

export function shortStyles(): Plugin {
  return {
    name: 'couture-short-styles',
    enforce: 'pre',
    apply: 'build',
    transform: (code, id) =>
      /\/web\/(?!locales\/).*\.ts$/.test(id)
        ? code.replace(stylesInSource, shortened).replace(/\n[ \t]+/g, '\n')
        : undefined,
  };
}

function shortened(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/\s+/g, ' ');
}
