// GET /sign-in and POST /sign-in/return: the way to the shop's own sign-in page and back, where couture has a host of its own.
// The shop posts the token by a form, so that no URL and no access log contains it; it becomes the session cookie.
import { randomBytes, timingSafeEqual } from 'node:crypto';
import bodyParser from '@koa/bodyparser';
import type { Context, Next } from 'koa';
import { z } from 'zod';
import { requestOrigin } from '../../auth/own-origin.ts';
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
import { sendSignInPage } from '../page.ts';

export interface SignInParts {
  readonly verify: VerifyToken;
  readonly cookie: CookieSettings;
  /** The shop's sign-in page: https://… or a path of this host. */
  readonly signInUrl: string;
  /** Path below which couture runs on the shop's own host. */
  readonly basePath: string;
  /** Path of the page that a failed sign-in offers, and where a sign-in without a page to return to leads. */
  readonly frontPage: string;
}

export const signInPath = '/sign-in';
const returnPath = '/sign-in/return';
/** Cookie with the state of a sign-in that is under way, and the page to return to. */
const stateCookie = 'couture_sign_in';
/** In seconds: long enough to look for a password. */
const lifetime = 600;
/** In characters; with the state, a cookie holds about 3,000. */
const maxPath = 1_000;
const maxToken = 8_192;
/** In bytes. */
const maxForm = 16_384;

const posted = z.object({ token: z.string().min(1).max(maxToken), state: z.string().min(1).max(100) });

export function signIn(
  { router }: Pick<Binding, 'router'>,
  { verify, cookie, signInUrl, basePath, frontPage }: SignInParts,
): void {
  router.get(signInPath, (ctx) => {
    const state = randomBytes(24).toString('base64url');
    const own = requestOrigin(ctx, cookie.publicUrl);
    const target = new URL(signInUrl, own);
    target.searchParams.set('couture_state', state);
    const value = `${state}.${Buffer.from(pathOf(ctx.query.to, own, frontPage)).toString('base64url')}`;
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
      ctx.state.sub = claims.sub;
      setCookie(ctx, cookie, token, claims.expiresAt);
      const page = Buffer.from(to, 'base64url').toString();
      ctx.redirect(pathOf(page, requestOrigin(ctx, cookie.publicUrl), frontPage));
      ctx.status = 303;
    } catch (error) {
      const { status, code, expose, message } = reportHttp(error);
      if (status >= 500 && !expose) throw error;
      ctx.state.problem = code;
      sendFailedPage(ctx, status, message, { basePath, frontPage });
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
export function pathOf(given: unknown, own: string, frontPage: string): string {
  if (typeof given !== 'string' || !given.startsWith('/') || !URL.canParse(given, own)) return frontPage;
  const { origin, pathname, search, hash } = new URL(given, own);
  const path = pathname + search + hash;
  // "//host" is a path here and another host in a Location. URL has encoded other characters, which makes a path longer.
  return origin === own && !path.startsWith('//') && path.length <= maxPath ? path : frontPage;
}

async function readForm(ctx: Context): Promise<z.output<typeof posted>> {
  if (!ctx.is('application/x-www-form-urlencoded')) {
    throw new CoutureError(
      'body_unsupported',
      'The sign-in page did not post a form (application/x-www-form-urlencoded)',
    );
  }
  await parseForm(ctx as Parameters<typeof parseForm>[0], (async () => {}) as Next);
  const parsed = posted.safeParse((ctx.request as unknown as { body?: unknown }).body);
  if (parsed.success) return parsed.data;
  throw new CoutureError(
    'bad_request',
    `The form must have the fields token, of at most ${maxToken} characters, and state`,
  );
}

const parseForm = bodyParser({
  enableTypes: ['form'],
  formLimit: maxForm,
  onError: (cause) => {
    const tooLarge = (cause as { status?: number }).status === 413;
    throw tooLarge
      ? new CoutureError('body_too_large', `The form has more than ${maxForm} bytes`, '', { cause })
      : new CoutureError('bad_request', `The form cannot be parsed: ${cause.message}`, '', { cause });
  },
});

function sendFailedPage(
  ctx: Context,
  status: number,
  why: string,
  { basePath, frontPage }: Pick<SignInParts, 'basePath' | 'frontPage'>,
): void {
  sendSignInPage(
    ctx,
    status,
    'You’re not signed in',
    `<p>${escapeHtml(why)}.</p>
<p><a href="${basePath}${signInPath}">Try again</a> · <a href="${frontPage}">Back to the front page</a></p>`,
  );
}
