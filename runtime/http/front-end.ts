// The built front end: its files, hashed ones for a year, and its shell for the addresses that the front end routes.
import { existsSync } from 'node:fs';
import type { Context, Next } from 'koa';
import sirv from 'sirv';
import { writePage } from './page.ts';

export interface FrontEndSettings {
  /** Where the build is; files are listed once, at the start. */
  readonly folder: string;
  readonly shell: string | undefined;
  /** Whether people may sign in as anybody. */
  readonly demo: boolean;
}

/** Files of the build whose names carry a hash of what is in them. */
const hashed = /^\/assets\/.+-[\w-]{8,}\.\w+$/;

/** Addresses that the front end routes itself; product pages have a head of their own. */
const clientRoutes = /^\/(?:$|category\/|search$|cart$|checkout$|watchlist$|account$|offline$)/;

export function frontEnd({ folder, shell, demo }: FrontEndSettings) {
  const files = existsSync(folder)
    ? sirv(folder, { etag: true, gzip: true, brotli: true, setHeaders })
    : undefined;
  return async (ctx: Context, next: Next): Promise<void> => {
    await next();
    if (ctx.status !== 404 || ctx.body != null || (ctx.method !== 'GET' && ctx.method !== 'HEAD')) return;
    if (ctx.path.startsWith('/api/')) return;
    if (files && ctx.path !== '/' && ctx.path !== '/index.html' && (await sendFile(ctx, files))) return;
    if (ctx.accepts('html') !== 'html' || /\.\w+$/.test(ctx.path)) return;
    if (!shell && ctx.path !== '/') return;
    ctx.status = clientRoutes.test(ctx.path) ? 200 : 404;
    ctx.set('Cache-Control', 'no-cache');
    ctx.type = 'text/html; charset=utf-8';
    ctx.body = shell ?? writePage(undefined, { title: 'couture' }, plainHome(demo));
  };
}

function setHeaders(res: { setHeader(name: string, value: string): void }, pathname: string): void {
  res.setHeader('Cache-Control', hashed.test(pathname) ? 'public, max-age=31536000, immutable' : 'no-cache');
}

/** Lets sirv answer on the raw response; true when it did. */
function sendFile(ctx: Context, files: ReturnType<typeof sirv>): Promise<boolean> {
  return new Promise((resolve) => {
    const { req, res } = ctx;
    // Koa set 404 before anybody answered; sirv leaves the status of a whole file as it is.
    res.statusCode = 200;
    const done = () => {
      ctx.respond = false;
      resolve(true);
    };
    res.once('finish', done).once('close', done);
    files(req, res, () => {
      res.off('finish', done).off('close', done);
      res.statusCode = 404;
      resolve(false);
    });
  });
}

function plainHome(demo: boolean): string {
  return `<h1>couture</h1>
<p>The runtime answers. No front end is built here.</p>
<ul>
<li><a href="/api/openapi.json">The API</a></li>
<li><a href="/api/recommendations/trending">What is trending</a></li>
${demo ? '<li><a href="/demo/sign-in">Sign in as a customer of the sample shop</a></li>\n' : ''}</ul>`;
}
