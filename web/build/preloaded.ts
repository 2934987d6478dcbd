// A build step: makes the document preload the shop's element with all its imports. The entry imports it only once it knows
// the language, so the browser would otherwise discover it one round trip later.
import type { HtmlTagDescriptor, Plugin } from 'vite';

interface Chunk {
  readonly type: string;
  readonly fileName: string;
  readonly name?: string;
  readonly imports?: readonly string[];
}

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
        const wanted = new Set<string>();
        const want = (fileName: string) => {
          if (wanted.has(fileName)) return;
          wanted.add(fileName);
          for (const each of chunks.find((chunk) => chunk.fileName === fileName)?.imports ?? []) want(each);
        };
        const first = chunks.find((chunk) => chunk.type === 'chunk' && chunk.name === entry);
        if (first) want(first.fileName);
        return [...wanted]
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
  };
}
