// The built front end: its files, hashed ones for a year, and its shell for the addresses that the front end routes.
import { existsSync } from 'node:fs';
import type { Readable } from 'node:stream';
import type { Context, Next } from 'koa';
import sirv from 'sirv';
import type { AwaitClient } from '../bind.ts';
import { sendPage, writePage } from '../page.ts';
import { isApi } from './matched-route.ts';

export interface FrontEndSettings {
  /** Where the build is; files are listed once, at the start. */
  readonly folder: string;
  readonly shell: string | undefined;
  /** The console's page; undefined where none is built. */
  readonly console?: string | undefined;
  /** False: shoppers get no pages, and the files are those of the widgets and the console. */
  readonly storefront?: boolean;
  /** Whether people may sign in as anybody. */
  readonly demo: boolean;
  /** Whether this is the sample shop: the stories of the elements are there for those who work on couture. */
  readonly sample: boolean;
  /** Waits until the client has taken a file; meanwhile the request is no work in progress. */
  readonly awaitClient?: AwaitClient;
}

const consolePage = /^\/console(?:\.html|\/)?$/;

/** Files that are there without a storefront: the widgets, the console, and the worker of those who subscribed to push. */
const filesWithoutStorefront = /^\/(?:embed\/|assets\/|icons\/|favicon\.|service-worker\.js$)/;

/** The page of the elements' stories and its scripts. */
const stories = /^\/(?:assets\/)?stories\b/i;

/** Files of the build whose names carry a hash of what is in them. */
const hashed = /^\/assets\/.+-[\w-]{8,}\.\w+$/;

/** Addresses that the front end routes itself; product pages have a head of their own. The worker asks for index.html. */
const clientRoutes =
  /^\/(?:(?:index\.html)?$|category\/[^/]+\/?$|(?:search|cart|checkout|watchlist|account|offline)\/?$)/;

/**
 * Answers GETs that nothing else answered, from files, then with the shell: with 200 where the front end knows the
 * address, with 404 for any other that a browser opens as a page.
 */
export function frontEnd(settings: FrontEndSettings) {
  const { folder, shell, demo, sample, storefront = true, awaitClient = (wait) => wait() } = settings;
  const files = existsSync(folder)
    ? sirv(folder, { etag: true, gzip: true, brotli: true, setHeaders })
    : undefined;
  const home = shell ?? writePage(undefined, { title: 'couture' }, plainHome(demo));
  return async (ctx: Context, next: Next): Promise<void> => {
    await next();
    if (ctx.status !== 404 || ctx.body != null || (ctx.method !== 'GET' && ctx.method !== 'HEAD')) return;
    if (isApi(ctx)) return;
    if (!sample && stories.test(decoded(ctx.path))) return;
    if (settings.console && consolePage.test(ctx.path)) return sendPage(ctx, 200, settings.console);
    if (!storefront) {
      if (files && filesWithoutStorefront.test(ctx.path)) await awaitClient(() => sendFile(ctx, files));
      return;
    }
    const known = clientRoutes.test(ctx.path);
    if (known ? ctx.accepts('html') !== 'html' : files && (await awaitClient(() => sendFile(ctx, files))))
      return;
    if (!known && !isOpened(ctx)) return;
    if (shell || ctx.path === '/') sendPage(ctx, known ? 200 : 404, home);
  };
}

/** As sirv looks a file up. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** A page that somebody opens, not a file or data that a program asks for: those get a problem. */
function isOpened(ctx: Context): boolean {
  return ctx.get('Accept').includes('text/html') && !/\.\w+$/.test(ctx.path);
}

/** Lets sirv answer on the raw response; true when it did. */
function sendFile(ctx: Context, files: ReturnType<typeof sirv>): Promise<boolean> {
  const { req, res } = ctx;
  if (!isRange(req.headers.range)) delete req.headers.range;
  ctx.vary('Accept-Encoding');
  varied.set(res, ctx.response.get('Vary'));
  return new Promise((resolve) => {
    // Koa set 404 before anybody answered; sirv leaves the status of a whole file as it is.
    res.statusCode = 200;
    // Koa sends nothing more on an answer that has ended.
    const done = () => resolve(true);
    // The file was there at the start: where it is gone, the answer ends short, and the process does not.
    const guard = (source: Readable) => {
      source.once('error', (error) => {
        ctx.app.emit('error', error, ctx);
        res.destroy();
      });
      // A pipe does not close a file whose reader has gone: each download that was broken off left one open.
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

/** A range that sirv reads rightly. What it would read wrongly may be ignored (RFC 9110, 14.2): the whole file is sent. */
function isRange(header: string | undefined): boolean {
  const [, from, to] = /^bytes=(\d{1,15})-(\d{0,15})$/.exec(header ?? '') ?? [];
  return from !== undefined && (to === '' || Number(to) >= Number(from)) && to !== '0';
}

/** What an answer varies by, as set before sirv sets its own. */
const varied = new WeakMap<object, string>();

function setHeaders(res: { setHeader(name: string, value: string): void }, pathname: string): void {
  res.setHeader('Vary', varied.get(res)!);
  res.setHeader('Cache-Control', hashed.test(pathname) ? 'public, max-age=31536000, immutable' : 'no-cache');
}

function plainHome(demo: boolean): string {
  return `<h1>couture</h1>
<p>The runtime answers. No front end is built here.</p>
<ul>
<li><a href="/api/openapi.json">The API</a></li>
<li><a href="/api/recommendations/trending">What is trending</a></li>
${demo ? '<li><a href="/demo/sign-in">Sign in as a customer of the sample shop</a></li>\n' : ''}</ul>`;
}
