// Pages that the server writes itself: the head that search engines and previews read, around the shell of the front end.
import { readFileSync } from 'node:fs';
import path from 'node:path';

export interface PageHead {
  readonly title: string;
  readonly description?: string;
  /** Absolute. */
  readonly canonical?: string;
  /** Open Graph: property → content. */
  readonly properties?: Readonly<Record<string, string>>;
  /** JSON-LD. */
  readonly data?: object;
}

/** The front end's index.html; undefined where none is built. */
export function readShell(folder: string): string | undefined {
  try {
    return readFileSync(path.join(folder, 'index.html'), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Puts a head into the shell, in place of its own title and description; without a shell, a plain page. */
export function writePage(shell: string | undefined, head: PageHead, plainBody: string): string {
  const tags = headTags(head);
  if (shell === undefined) {
    return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
${tags}
</head>
<body>
${plainBody}
</body>
</html>
`;
  }
  const bare = shell
    .replace(/<title>[\s\S]*?<\/title>\s*/i, '')
    .replaceAll(/<(?:meta[^>]+(?:name="description"|property="og:)|link[^>]+rel="canonical")[^>]*>\s*/gi, '');
  // A function: in a replacement text, "$&" of a product's name would mean something.
  return bare.replace(/<\/head>/i, () => `${tags}\n</head>`);
}

function headTags({ title, description, canonical, properties = {}, data }: PageHead): string {
  return [
    `<title>${escapeHtml(title)}</title>`,
    ...(description ? [`<meta name="description" content="${escapeHtml(description)}">`] : []),
    ...(canonical ? [`<link rel="canonical" href="${escapeHtml(canonical)}">`] : []),
    ...Object.entries(properties).map(
      ([property, content]) => `<meta property="${escapeHtml(property)}" content="${escapeHtml(content)}">`,
    ),
    ...(data ? [`<script type="application/ld+json">${scriptJson(data)}</script>`] : []),
  ].join('\n');
}

/** Text in an element or in a quoted attribute. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** JSON inside a script element: nothing in it can end the element. */
function scriptJson(data: object): string {
  return JSON.stringify(data)
    .replaceAll('<', '\\u003c')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
}
