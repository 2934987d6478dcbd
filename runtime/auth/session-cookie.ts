// The session cookie: keeps the shop's token where no script of a page can read it.
import type { Context } from 'koa';
import { CoutureError } from '../core/errors.ts';

export interface CookieSettings {
  /** Public URL of the runtime; its scheme says whether cookies are Secure. */
  readonly publicUrl: string | undefined;
}

const name = 'couture_session';
/** Cookie with the secret of a guest's chats. */
export const guestCookie = 'couture_chat';
/** Browsers silently drop cookies whose name and value are longer. */
const maxLength = 4_096;

/** The token in the request's cookie. */
export function readCookie(ctx: Context, settings: CookieSettings): string | undefined {
  return readHostCookie(ctx, settings, name);
}

/** Reads a cookie that is bound to this host and, if shoppers use https, to https. */
export function readHostCookie(ctx: Context, settings: CookieSettings, name: string): string | undefined {
  // Skip parsing for the majority of requests, which have no such cookie.
  if (!ctx.headers.cookie?.includes(name)) return undefined;
  return ctx.cookies.get(cookieName(ctx, settings, name)) || undefined;
}

/** @throws CoutureError `bad_request` for a token that browsers would drop as too long */
export function setCookie(ctx: Context, settings: CookieSettings, token: string, expiresAt: number): void {
  const room = maxLength - cookieName(ctx, settings, name).length - 1;
  if (token.length > room) {
    throw new CoutureError(
      'bad_request',
      `The token has ${token.length} characters, but the cookie holds at most ${room}`,
      'Use fewer claims, or send it as "Authorization: Bearer <token>".',
    );
  }
  const seconds = Math.max(0, Math.floor((expiresAt - Date.now()) / 1_000));
  writeHostCookie(ctx, settings, name, token, seconds);
}

export function clearCookie(ctx: Context, settings: CookieSettings): void {
  writeHostCookie(ctx, settings, name, '', 0);
}

/** Clears session and guest cookie: the next user of this browser must not see chats that began before signing in either. */
export function clearPerson(ctx: Context, settings: CookieSettings): void {
  clearCookie(ctx, settings);
  if (readHostCookie(ctx, settings, guestCookie)) writeHostCookie(ctx, settings, guestCookie, '', 0);
}

/** No other host can set a `__Host-` cookie, and nobody over plain http. */
function cookieName(ctx: Context, settings: CookieSettings, name: string): string {
  return isSecure(ctx, settings) ? `__Host-${name}` : name;
}

function isSecure(ctx: Context, { publicUrl }: CookieSettings): boolean {
  return publicUrl ? publicUrl.startsWith('https:') : ctx.secure;
}

/**
 * Writes the header itself, because the cookies library refuses Secure cookies behind a proxy that it does not know of.
 * @param from `cross-site`: also sent with a form that a page of another site posts
 */
export function writeHostCookie(
  ctx: Context,
  settings: CookieSettings,
  name: string,
  value: string,
  seconds: number,
  from: 'same-site' | 'cross-site' = 'same-site',
): void {
  const secure = isSecure(ctx, settings) ? '; Secure' : '';
  // Browsers take SameSite=None over https only.
  const sameSite = from === 'cross-site' && secure ? 'None' : 'Lax';
  ctx.append(
    'Set-Cookie',
    `${cookieName(ctx, settings, name)}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=${sameSite}${secure}`,
  );
}
