// The scripts of pages that arrive without content, such as the bag: named in their document, so that browsers load them together
// with the app's own instead of one round trip later; and first of all the small one that draws the page before the app. Folder of
// the build → path of a page → its document.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { html } from '../../escape-html.ts';

/** A file of the build, from web/build/preloaded.ts: path of a page → paths of its scripts. */
const file = 'page-scripts.json';
/** From web/vite.outline.config.ts: path of a page → the script that runs before the app. */
const earlyFile = 'early-scripts.json';

/**
 * @param shell the front end's index.html, whose own scripts the file leaves out
 * @returns empty for builds without the file
 */
export function documentsWithScripts(
  folder: string,
  shell: string,
  basePath: string,
): ReadonlyMap<string, string> {
  const end = shell.search(/<\/head\s*>/i);
  if (end < 0) return new Map();
  // Before the app's own scripts: connections are given out in this order.
  const start = shell.slice(0, end).search(/<(?:link|script)\b|$/i);
  const early = read<string>(folder, earlyFile);
  return new Map(
    Object.entries(read<string[]>(folder, file)).map(([page, scripts]) => {
      const links = scripts.map(
        (script) =>
          html`<link rel="modulepreload" crossorigin fetchpriority="low" href="${basePath}/${script}">\n`
            .text,
      );
      const first =
        early[page] &&
        html`<script type="module" async crossorigin fetchpriority="high" src="${basePath}/${early[page]}"></script>\n`
          .text;
      return [
        page,
        shell.slice(0, start) + (first ?? '') + shell.slice(start, end) + links.join('') + shell.slice(end),
      ];
    }),
  );
}

function read<T>(folder: string, name: string): Record<string, T> {
  try {
    return JSON.parse(readFileSync(path.join(folder, name), 'utf8')) as Record<string, T>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}
