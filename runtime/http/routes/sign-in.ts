// GET /sign-in and POST /sign-in/return: the way to the shop's own sign-in page and back, where couture has a host of its own.
// The shop posts the token by a form, so that no URL and no access log contains it; it becomes the session cookie.
import { randomBytes, timingSafeEqual } from 'node:crypto';
import bodyParser from '@koa/bodyparser';
import type { Context, Next } from 'koa';
import { z } from 'zod';
import { ownOrigin } from '../../auth/own-origin.ts';
import {
  type CookieSettings,
  readHostCookie,
  setCookie,
  writeHostCookie,
} from '../../auth/session-cookie.ts';
import type { VerifyToken } from '../../auth/verify-token.ts';
import { CoutureError } from '../../core/errors.ts';
import { escapeHtml } from '../../escape-html.ts';
import type { Binding } from '../bind.ts';
import { reportHttp } from '../middleware/problem.ts';

export interface SignInParts {
  readonly verify: VerifyToken;
  readonly cookie: CookieSettings;
  /** The shop's sign-in page: https://… or a path of this host. */
  readonly signInUrl: string;
}

export const signInPath = '/sign-in';
const returnPath = '/sign-in/return';
/** Cookie with the state of a sign-in that is under way, and the page to return to. */
const stateCookie = 'couture_sign_in';
/** In seconds: long enough to look for a password. */
const lifetime = 600;
const maxPath = 1_000;

const posted = z.object({ token: z.string().min(1).max(8_192), state: z.string().min(1).max(100) });

export function signIn(
  { router }: Pick<Binding, 'router'>,
  { verify, cookie, signInUrl }: SignInParts,
): void {
  router.get(signInPath, (ctx) => {
    const state = randomBytes(24).toString('base64url');
    const own = ownOrigin(ctx, cookie.publicUrl);
    const target = new URL(signInUrl, own);
    target.searchParams.set('couture_state', state);
    const value = `${state}.${Buffer.from(pathOf(ctx.query.to, own)).toString('base64url')}`;
    writeHostCookie(ctx, cookie, stateCookie, value, lifetime, 'cross-site');
    ctx.set('Cache-Control', 'no-store');
    ctx.redirect(target.href);
    ctx.status = 303;
  });
  router.post(returnPath, async (ctx) => {
    ctx.set('Cache-Control', 'no-store');
    const [state = '', to = ''] = (readHostCookie(ctx, cookie, stateCookie) ?? '').split('.');
    // Each state is for one attempt.
    writeHostCookie(ctx, cookie, stateCookie, '', 0, 'cross-site');
    try {
      const { token, state: given } = await readForm(ctx);
      requireSame(state, given);
      const claims = await verify(token);
      setCookie(ctx, cookie, token, claims.expiresAt);
      ctx.redirect(pathOf(Buffer.from(to, 'base64url').toString(), ownOrigin(ctx, cookie.publicUrl)));
      ctx.status = 303;
    } catch (error) {
      const { status, expose, message } = reportHttp(error);
      if (status >= 500 && !expose) throw error;
      ctx.status = status;
      ctx.type = 'html';
      ctx.body = failedPage(message);
    }
  });
}

/** A page that couture did not send to the shop could otherwise sign a shopper in as somebody else. */
function requireSame(expected: string, given: string): void {
  const [a, b] = [Buffer.from(expected), Buffer.from(given)];
  if (a.length > 0 && a.length === b.length && timingSafeEqual(a, b)) return;
  throw new CoutureError(
    'origin_refused',
    'This sign-in did not start in this browser, or more than ten minutes ago',
    'Start at /sign-in, and post the parameter couture_state as "state".',
  );
}

/** The path of a page of this origin; the front page for anything else. */
function pathOf(given: unknown, own: string): string {
  if (typeof given !== 'string' || given.length > maxPath || !URL.canParse(given, own)) return '/';
  const { origin, pathname, search, hash } = new URL(given, own);
  // "//host" is a path here and another host in a Location.
  return origin === own && given.startsWith('/') && !pathname.startsWith('//')
    ? pathname + search + hash
    : '/';
}

async function readForm(ctx: Context): Promise<z.output<typeof posted>> {
  await parseForm(ctx as Parameters<typeof parseForm>[0], (async () => {}) as Next);
  const parsed = posted.safeParse((ctx.request as unknown as { body?: unknown }).body);
  if (parsed.success) return parsed.data;
  throw new CoutureError('bad_request', 'The form lacks the fields token and state', 'Post both.');
}

const parseForm = bodyParser({
  enableTypes: ['form'],
  formLimit: 16_384,
  onError: (cause) => {
    throw new CoutureError('bad_request', `The form cannot be parsed: ${cause.message}`, '', { cause });
  },
});

function failedPage(why: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>Not signed in</title>
</head>
<body>
<main>
<h1>You’re not signed in</h1>
<p>${escapeHtml(why)}.</p>
<p><a href="${signInPath}">Try again</a> · <a href="/">Back to the front page</a></p>
</main>
</body>
</html>
`;
}
