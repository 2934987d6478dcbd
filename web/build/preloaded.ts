// A build step: makes documents preload their scripts. The shop's element with all its imports, in the document itself: the entry
// imports it only once it knows the language, so the browser would otherwise discover it one round trip later. And the code of
// pages that arrive without content, in a file from which the runtime adds them to the documents of these pages.
import type { HtmlTagDescriptor, Plugin } from 'vite';

interface Chunk {
  readonly type: string;
  readonly fileName: string;
  readonly name?: string;
  readonly imports?: readonly string[];
}

/** Path of a page that the runtime writes without content → its chunks, those of the lists in its first view too. */
const pages: Readonly<Record<string, readonly string[]>> = {
  '/search': ['search-page.element'],
  '/cart': ['cart-page.element', 'cart-lists'],
  '/checkout': ['checkout-page.element'],
  '/watchlist': ['watch-list-page.element'],
  '/account': ['account-page.element'],
};

/** @param entry name of the chunk */
export function preloaded(entry: string): Plugin {
  return {
    name: 'couture-preloaded',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(html, { bundle, path }) {
        if (path !== '/index.html') return [];
        const chunks = Object.values(bundle ?? {}) as Chunk[];
        return withImports(chunks, [entry])
          .filter((fileName) => !html.includes(fileName))
          .map(
            (fileName): HtmlTagDescriptor => ({
              tag: 'link',
              attrs: { rel: 'modulepreload', crossorigin: true, fetchpriority: 'low', href: `/${fileName}` },
              injectTo: 'head',
            }),
          );
      },
    },
    generateBundle(_options, bundle) {
      const chunks = Object.values(bundle) as Chunk[];
      // What the document has itself: the entry of the page, and what it preloads.
      const own = new Set(withImports(chunks, ['shop', entry]));
      const scripts = Object.entries(pages).map(([path, names]) => [
        path,
        withImports(chunks, names).filter((fileName) => !own.has(fileName)),
      ]);
      this.emitFile({
        type: 'asset',
        fileName: 'page-scripts.json',
        source: JSON.stringify(Object.fromEntries(scripts)),
      });
    },
  };
}

/** Files of the chunks of these names, and of all that they import. */
function withImports(chunks: readonly Chunk[], names: readonly string[]): string[] {
  const wanted = new Set<string>();
  const want = (fileName: string) => {
    if (wanted.has(fileName)) return;
    wanted.add(fileName);
    for (const each of chunks.find((chunk) => chunk.fileName === fileName)?.imports ?? []) want(each);
  };
  for (const { type, name, fileName } of chunks)
    if (type === 'chunk' && name !== undefined && names.includes(name)) want(fileName);
  return [...wanted];
}
