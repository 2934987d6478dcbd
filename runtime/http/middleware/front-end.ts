// Serves the built front end: its files, hashed ones cached for a year, and its shell for the paths that it routes itself.
import { existsSync } from 'node:fs';
import type { Readable } from 'node:stream';
import type { Context, Next } from 'koa';
import sirv from 'sirv';
import type { Locale } from '../../contract/shop.ts';
import type { AwaitClient } from '../bind.ts';
import { withOutline } from '../first-paint/page-outlines.ts';
import { documentsWithScripts } from '../first-paint/page-scripts.ts';
import { allowScript, sendPage, writePage } from '../page.ts';
import { GzipFiles } from './gzip-files.ts';
import { isApi } from './matched-route.ts';

export interface FrontEndSettings {
  /** Folder of the build; its files are listed once, at startup. */
  readonly folder: string;
  readonly shell: string | undefined;
  /** Prefix of the paths that the shell names. */
  readonly basePath?: string;
  /** The console's page; undefined if it is not built. */
  readonly console?: string | undefined;
  /** Language of the shop; undefined: each visitor's. */
  readonly locale?: Locale | undefined;
  /** If false, serves no pages to shoppers, only the files of the widgets and the console. */
  readonly storefront?: boolean;
  /** Whether visitors can sign in as any customer. */
  readonly demo: boolean;
  /** Whether this is the sample shop, which also serves the stories of the elements for contributors. */
  readonly sample: boolean;
  /** Waits until the client has received a file; meanwhile the request does not count as in flight. */
  readonly awaitClient?: AwaitClient;
}

const consolePage = /^\/console(?:\.html|\/)?$/;

/**
 * Files served even without a storefront: the widgets, the console with its worker, and the service worker of push
 * subscribers.
 */
const filesWithoutStorefront =
  /^\/(?:embed\/|assets\/|icons\/|favicon\.|service-worker\.js$|console-worker\.js$|console\.webmanifest$)/;

/** The stories page and its scripts. */
const stories = /^\/(?:assets\/)?stories\b/i;

/** Files of the build with a content hash in their names. */
const hashed = /^\/assets\/.+-[\w-]{8,}\.\w+$/;

/**
 * Paths that the front end routes itself, except product pages, which have their own head. The service worker fetches
 * index.html.
 */
const clientRoutes =
  /^\/(?:(?:index\.html)?$|category\/[^/]+\/?$|(?:search|cart|checkout|watchlist|account|offline)\/?$)/;

/**
 * Answers GETs that no route handled: with a file, else with the shell. The status is 200 for paths that the front end
 * routes, and 404 for other paths that a browser opens as a page.
 */
export function frontEnd(settings: FrontEndSettings) {
  const { folder, shell, basePath = '', demo, sample, storefront = true } = settings;
  const { awaitClient = (wait) => wait() } = settings;
  const files = existsSync(folder) ? sirv(folder, { etag: true, brotli: true, setHeaders }) : undefined;
  const gzipped = files && new GzipFiles(folder);
  const send = async (ctx: Context): Promise<boolean> => {
    if (!files) return false;
    if (await gzipped!.send(ctx)) ctx.set('Cache-Control', caching(ctx.path));
    else if (!(await awaitClient(() => sendFile(ctx, files)))) return false;
    return true;
  };
  const documents = shell ? documentsWithScripts(folder, shell, basePath) : undefined;
  const home = shell ?? writePage(undefined, { title: 'couture' }, plainHome(demo));
  return async (ctx: Context, next: Next): Promise<void> => {
    await next();
    if (ctx.status !== 404 || ctx.body != null || (ctx.method !== 'GET' && ctx.method !== 'HEAD')) return;
    if (isApi(ctx)) return;
    if (!sample && stories.test(decoded(ctx.path))) return;
    if (settings.console && consolePage.test(ctx.path)) return sendPage(ctx, 200, settings.console);
    if (!storefront) {
      if (filesWithoutStorefront.test(ctx.path)) await send(ctx);
      return;
    }
    const known = clientRoutes.test(ctx.path);
    if (known ? ctx.accepts('html') !== 'html' : await send(ctx)) return;
    if (!known && !isOpened(ctx)) return;
    if (!shell && ctx.path !== '/') return;
    const document = documents?.get(ctx.path.replace(/\/$/, '')) ?? { html: home };
    if (document.scriptHash) allowScript(ctx, document.scriptHash);
    sendPage(ctx, known ? 200 : 404, withOutline(ctx, document.html, settings));
  };
}

/** Decodes the path as sirv does. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** Whether a browser opens the path as a page. Requests for files and data get a problem instead. */
function isOpened(ctx: Context): boolean {
  return ctx.get('Accept').includes('text/html') && !/\.\w+$/.test(ctx.path);
}

/** Lets sirv write to the raw response. @returns whether it did */
function sendFile(ctx: Context, files: ReturnType<typeof sirv>): Promise<boolean> {
  const { req, res } = ctx;
  if (!isRange(req.headers.range)) delete req.headers.range;
  ctx.vary('Accept-Encoding');
  varied.set(res, ctx.response.get('Vary'));
  return new Promise((resolve) => {
    // Koa starts with status 404, and sirv does not set the status for whole files.
    res.statusCode = 200;
    // Koa sends nothing after the response has ended.
    const done = () => resolve(true);
    // If the file was deleted after startup, this truncates the response instead of crashing the process.
    const guard = (source: Readable) => {
      source.once('error', (error) => {
        ctx.app.emit('error', error, ctx);
        res.destroy();
      });
      // A pipe does not close the file when the client disconnects: each aborted download leaked a file descriptor.
      res.once('close', () => source.destroy());
    };
    res.once('finish', done).once('close', done).once('pipe', guard);
    files(req, res, () => {
      res.off('finish', done).off('close', done).off('pipe', guard);
      res.statusCode = 404;
      resolve(false);
    });
  });
}

/** Whether sirv parses the range correctly. Other ranges may be ignored (RFC 9110, 14.2), and the whole file is sent. */
function isRange(header: string | undefined): boolean {
  const [, from, to] = /^bytes=(\d{1,15})-(\d{0,15})$/.exec(header ?? '') ?? [];
  return from !== undefined && (to === '' || Number(to) >= Number(from)) && to !== '0';
}

/** Response → its Vary header from before sirv overwrites it. */
const varied = new WeakMap<object, string>();

function setHeaders(res: { setHeader(name: string, value: string): void }, pathname: string): void {
  res.setHeader('Vary', varied.get(res)!);
  res.setHeader('Cache-Control', caching(pathname));
}

function caching(pathname: string): string {
  return hashed.test(pathname) ? 'public, max-age=31536000, immutable' : 'no-cache';
}

function plainHome(demo: boolean): string {
  return `<h1>couture</h1>
<p>The runtime is running, but its front end is not built.</p>
<ul>
<li><a href="api/openapi.json">API</a></li>
<li><a href="api/recommendations/trending">Trending products</a></li>
${demo ? '<li><a href="demo/sign-in">Sign in as a customer of the sample shop</a></li>\n' : ''}</ul>`;
}
