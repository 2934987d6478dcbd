// Identifies the sender of a request by a bearer token or the session cookie. Browsers send cookies automatically, so writes
// with a cookie must come from a page of this origin.
import type { Context } from 'koa';
import { CoutureError } from '../core/errors.ts';
import { requestOrigin } from './own-origin.ts';
import type { Principal } from './principal.ts';
import { type CookieSettings, clearCookie, readCookie } from './session-cookie.ts';
import type { VerifyToken } from './verify-token.ts';

/**
 * Finds the principal of a request. An invalid bearer token is rejected. An invalid cookie is cleared, and its owner is
 * anonymous until they sign in again.
 */
export function identifier(verify: VerifyToken, settings: CookieSettings) {
  return async (ctx: Context): Promise<Principal | undefined> => {
    const bearer = bearerToken(ctx);
    if (bearer !== undefined) return { ...(await verify(bearer)), via: 'bearer' };
    const cookie = readCookie(ctx, settings);
    if (cookie === undefined) return undefined;
    refuseForgery(ctx, settings);
    try {
      return { ...(await verify(cookie)), via: 'cookie' };
    } catch (error) {
      if (!(error instanceof CoutureError) || error.code !== 'token_invalid') throw error;
      clearCookie(ctx, settings);
      return undefined;
    }
  };
}

/**
 * The token of `Authorization: Bearer …`. Ignores other schemes: a browser sends a proxy's password (Basic) with every
 * request.
 * @throws CoutureError `token_invalid` for a malformed bearer token
 */
export function bearerToken(ctx: Context): string | undefined {
  const { authorization } = ctx.headers;
  if (authorization === undefined || !/^Bearer\b/i.test(authorization)) return undefined;
  const match = /^Bearer +([\w.~+/=-]+)$/i.exec(authorization);
  if (match) return match[1];
  throw new CoutureError(
    'token_invalid',
    'The Authorization header has no valid bearer token',
    'Send "Authorization: Bearer <token>".',
  );
}

/**
 * Allows writes only from pages of this origin. Pages of other origins, including those that may embed the widgets,
 * must write with a bearer token.
 * @throws CoutureError `origin_refused`
 */
export function refuseForgery(ctx: Context, { publicUrl }: CookieSettings): void {
  if (ctx.method === 'GET' || ctx.method === 'HEAD') return;
  const origin = ctx.get('Origin');
  const own = requestOrigin(ctx, publicUrl);
  if (origin === own) return;
  const site = ctx.get('Sec-Fetch-Site');
  // Browsers send Origin with every write. A client that sends neither header is no browser, so no page can have made it
  // send the cookie.
  if (!origin && (!site || site === 'same-origin' || site === 'none')) return;
  throw new CoutureError(
    'origin_refused',
    `Pages of ${origin ? JSON.stringify(origin.slice(0, 100)) : 'other sites'} may not write with this cookie`,
    `Only pages of ${own} may; others must send a bearer token.`,
  );
}
