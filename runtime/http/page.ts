// Server-rendered pages: the shell of the front end with a head for search engines and link previews.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Context } from 'koa';
import { directionOf } from '../contract/direction.ts';
import { escapeHtml, html, type Markup } from '../escape-html.ts';

export interface PageHead {
  readonly title: string;
  readonly description?: string;
  /** Absolute URL. */
  readonly canonical?: string;
  /** Open Graph: property → content. */
  readonly properties?: Readonly<Record<string, string>>;
  /** JSON-LD. */
  readonly data?: object;
}

export interface ShellOptions {
  /** Name → content of meta tags that the front end reads before its first request. */
  readonly facts?: Readonly<Record<string, string>>;
  /** Placeholder in the file → its text for this shop. */
  readonly words?: Readonly<Record<string, string>>;
  /** Language of the document instead of the file's own. */
  readonly lang?: string | undefined;
  /** Style of the document, which its content security policy must allow. */
  readonly style?: string | undefined;
  /** Prefix of the document's links to its own files. */
  readonly basePath?: string | undefined;
}

/** A document of the front end, filled in for this shop; undefined if it is not built. */
export function readShell(
  file: string,
  { facts = {}, words = {}, lang, style, basePath = '' }: ShellOptions = {},
): string | undefined {
  try {
    const built = readFileSync(file, 'utf8')
      .replaceAll(/ (href|src)="\/(?!\/)/g, ` $1="${basePath}/`)
      .replace(/<html lang="[^"]*"/, (own) =>
        lang ? `<html lang="${lang}" dir="${directionOf(lang)}"` : own,
      );
    const shell = Object.entries(words).reduce(
      (text, [placeholder, word]) => text.replaceAll(placeholder, () => escapeHtml(word)),
      built,
    );
    const tags = Object.entries(facts).map(
      ([name, content]) => `<meta name="${escapeHtml(name)}" content="${escapeHtml(content)}">\n`,
    );
    if (style) tags.push(`<style>${style}</style>\n`);
    const end = endOfHead(shell);
    return shell.slice(0, end) + tags.join('') + shell.slice(end);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Inserts a head into the shell, replacing its own title and description. Without a shell, renders a plain page.
 * @param head undefined keeps the shell's own
 * @param preload tags to put before all others
 */
export function writePage(
  shell: string | undefined,
  head: PageHead | undefined,
  plainBody: string,
  preload = '',
): string {
  const tags = head ? headTags(head) : '';
  if (shell === undefined) return plainDocument(tags, plainBody);
  const end = endOfHead(shell);
  const before = head ? withoutOwn(shell.slice(0, end)) : shell.slice(0, end);
  const first = before.search(/<(?:link|script)\b/);
  const at = first < 0 ? before.length : first;
  return `${before.slice(0, at)}${preload}${before.slice(at)}${tags}\n${shell.slice(end)}`;
}

const signInStyle = `:root{--ink:#17130f;--paper:#fbf8f3;--card:#fff;--line:#857c6e;--muted:#655d52}
@media(prefers-color-scheme:dark){:root{--ink:#f4efe7;--paper:#14110e;--card:#1f1b17;--line:#857c6e;--muted:#b5aa9b}}
*{box-sizing:border-box}
body{max-width:60rem;margin:clamp(1.5rem,6vw,4rem) auto;padding:0 1.25rem;background:var(--paper);color:var(--ink);font:1rem/1.55 system-ui,sans-serif}
h1{margin:0 0 .5rem;font-size:clamp(1.75rem,5vw,2.5rem);line-height:1.15}h2{margin:2rem 0 .75rem;font-size:1.25rem}
p{max-width:40rem}a{color:inherit}small{display:block;overflow-wrap:anywhere;color:var(--muted);font-size:.875rem}
ul{display:grid;gap:.75rem;grid-template-columns:repeat(auto-fill,minmax(min(100%,18rem),1fr));margin:0;padding:0;list-style:none}
button,input{min-height:2.75rem;padding:.5rem 1rem;border:1px solid var(--line);border-radius:2px;background:var(--card);color:inherit;font:inherit}
button,.door{cursor:pointer;text-align:start}button:hover,.door:hover{border-color:var(--ink)}li button{width:100%;height:100%}
.door{display:block;height:100%;padding:.75rem 1rem;border:1px solid var(--line);border-radius:2px;background:var(--card);text-decoration:none}
pre{padding:1rem;overflow-x:auto;border:1px solid var(--line);background:var(--card);font-size:.875rem;user-select:all}.preview{margin-block:2rem}
.text ul{display:block;max-width:40rem;padding-inline-start:1.25rem;list-style:disc}.text li{margin-block:.35rem}.text h3{margin:1.5rem 0 .75rem;font-size:1.0625rem}
.text a{display:inline-block;min-height:1.5rem;margin-inline-end:.75rem}.text .cards{display:grid;max-width:none;padding:0;list-style:none}
.cards li{display:grid;gap:.25rem;align-content:start;margin:0;padding:.75rem 1rem;border:1px solid var(--line);border-radius:2px;background:var(--card)}`;
const signInStyleHash = `'sha256-${createHash('sha256').update(signInStyle).digest('base64')}'`;

/** Sends a page beside the front end, such as those of the sign-in: without its scripts, and not for search engines. */
export function sendSignInPage(ctx: Context, status: number, title: string, main: string, lang = 'en'): void {
  const tags = `<meta name="robots" content="noindex">\n${titleTags(title)}`;
  allowStyle(ctx);
  ctx.status = status;
  ctx.type = 'html';
  ctx.body = plainDocument(tags, `<main>\n<h1>${escapeHtml(title)}</h1>\n${main}\n</main>`, lang);
}

export interface TextDocument {
  /** Language of the whole page. */
  readonly lang: string;
  readonly title: string;
  readonly heading: string;
}

/** Sends a public page of text beside the front end, without scripts, or 304 if the client already has it. */
export function sendDocument(ctx: Context, { lang, title, heading }: TextDocument, main: Markup): void {
  allowStyle(ctx);
  const body = html`<main class="text">\n<h1>${heading}</h1>\n${main}\n</main>`;
  sendPage(ctx, 200, plainDocument(titleTags(title), body.text, lang));
}

function titleTags(title: string): string {
  return `<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<style>${signInStyle}</style>`;
}

/** Adds the style of these pages to the content security policy of the response; that of the API allows none. */
function allowStyle(ctx: Context): void {
  const policy = String(ctx.response.get('Content-Security-Policy'));
  if (!policy) return;
  const allowing = /style-src /.test(policy)
    ? policy.replace('style-src ', `style-src ${signInStyleHash} `)
    : `${policy};style-src ${signInStyleHash}`;
  ctx.set('Content-Security-Policy', allowing);
}

/** Allows a script in the document. @param hash `'sha256-…'` */
export function allowScript(ctx: Context, hash: string): void {
  const policy = String(ctx.response.get('Content-Security-Policy'));
  if (policy) ctx.set('Content-Security-Policy', policy.replace('script-src ', `script-src ${hash} `));
}

function plainDocument(tags: string, body: string, lang = 'en'): string {
  return `<!doctype html>
<html lang="${lang}" dir="${directionOf(lang)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
${tags}
</head>
<body>
${body}
</body>
</html>
`;
}

/** Sends a page, or 304 if the client already has it. Clients must revalidate, so that prices and scripts are current. */
export function sendPage(ctx: Context, status: number, html: string): void {
  ctx.set('Cache-Control', 'public, no-cache');
  ctx.type = 'text/html; charset=utf-8';
  ctx.status = status;
  if (status === 200) {
    // Weak, because the same page is sent compressed and uncompressed.
    ctx.set('ETag', `W/"${createHash('sha1').update(html).digest('base64url').slice(0, 20)}"`);
    if (ctx.fresh) {
      ctx.status = 304;
      return;
    }
  }
  ctx.body = html;
}

/** Offset of the end of the head; HTML allows omitting the tags around head and body. */
function endOfHead(shell: string): number {
  for (const place of [/<\/head\s*>/i, /<body[\s>]/i]) {
    const at = shell.search(place);
    if (at >= 0) return at;
  }
  return /^\s*(<!doctype[^>]*>\s*)?(<html[^>]*>\s*)?/i.exec(shell)![0].length;
}

/** The head without tags that the page's own head replaces: attributes in any order and quotes, with `>` in their values. */
function withoutOwn(head: string): string {
  return head
    .replace(/<title\b[^>]*>[\s\S]*?<\/title>\s*/i, '')
    .replaceAll(/<(?:meta|link)\b(?:"[^"]*"|'[^']*'|[^'">])*>\s*/gi, (tag) => (own.test(tag) ? '' : tag));
}

const own = /\s(?:name=["']?description\b|property=["']?(?:og|product):|rel=["']?canonical\b)/i;

function headTags({ title, description, canonical, properties = {}, data }: PageHead): string {
  return [
    `<title>${escapeHtml(title)}</title>`,
    ...(description ? [`<meta name="description" content="${escapeHtml(description)}">`] : []),
    ...(canonical ? [`<link rel="canonical" href="${escapeHtml(canonical)}">`] : []),
    ...Object.entries(properties).map(
      ([property, content]) => `<meta property="${escapeHtml(property)}" content="${escapeHtml(content)}">`,
    ),
    ...(data ? [`<script type="application/ld+json">${scriptJson(JSON.stringify(data))}</script>`] : []),
  ].join('\n');
}

/** JSON for a script element, escaped so that it cannot end the element. */
export function scriptJson(json: string): string {
  return json.replaceAll('<', '\\u003c').replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
}
