// The scripts of pages that arrive without content, such as the bag: named in their document, so that browsers load them together
// with the app's own instead of one round trip later; and in the document itself the small one that draws the page before the app.
// Folder of the build → path of a page → its document.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { html } from '../../escape-html.ts';

/** A file of the build, from web/build/preloaded.ts: path of a page → paths of its scripts. */
const file = 'page-scripts.json';
/** From web/vite.outline.config.ts: path of a page → the script that runs before the app. */
const earlyFile = 'early-scripts.json';

export interface ScriptedDocument {
  readonly html: string;
  /** Of the script in the document, for the content security policy: `'sha256-…'`. */
  readonly scriptHash?: string;
}

/**
 * @param shell the front end's index.html, whose own scripts the file leaves out
 * @returns empty for builds without the file
 */
export function documentsWithScripts(
  folder: string,
  shell: string,
  basePath: string,
): ReadonlyMap<string, ScriptedDocument> {
  const end = shell.search(/<\/head\s*>/i);
  if (end < 0) return new Map();
  const early = read<string>(folder, earlyFile);
  return new Map(
    Object.entries(read<string[]>(folder, file)).map(([page, scripts]) => {
      const links = scripts.map(
        (script) =>
          html`<link rel="modulepreload" crossorigin fetchpriority="low" href="${basePath}/${script}">\n`
            .text,
      );
      const linked = shell.slice(0, end) + links.join('') + shell.slice(end);
      return [page, early[page] ? withScript(linked, path.join(folder, early[page])) : { html: linked }];
    }),
  );
}

/** Behind everything that it draws into; it asks a round trip earlier than a file of its own would. */
function withScript(document: string, file: string): ScriptedDocument {
  const code = readFileSync(file, 'utf8');
  const at = document.search(/<\/body\s*>/i);
  const end = at < 0 ? document.length : at;
  return {
    // It does not wait for styles.
    html: `${document.slice(0, end)}<script type="module" async>${code}</script>\n${document.slice(end)}`,
    scriptHash: `'sha256-${createHash('sha256').update(code).digest('base64')}'`,
  };
}

function read<T>(folder: string, name: string): Record<string, T> {
  try {
    return JSON.parse(readFileSync(path.join(folder, name), 'utf8')) as Record<string, T>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}
