// The scripts of pages that arrive without content, such as the bag: named in their document, so that browsers load them together
// with the app's own instead of one round trip later. Folder of the build → path of a page → its document.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { html } from '../../escape-html.ts';

/** A file of the build, from web/build/preloaded.ts: path of a page → paths of its scripts. */
const file = 'page-scripts.json';

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
  return new Map(
    Object.entries(readScripts(folder)).map(([page, scripts]) => {
      const links = scripts.map(
        (script) =>
          html`<link rel="modulepreload" crossorigin fetchpriority="low" href="${basePath}/${script}">\n`
            .text,
      );
      return [page, shell.slice(0, end) + links.join('') + shell.slice(end)];
    }),
  );
}

function readScripts(folder: string): Record<string, string[]> {
  try {
    return JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as Record<string, string[]>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}
