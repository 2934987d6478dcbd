// The session cookie: the shop's token where no script of a page can read it.
import type { Context } from 'koa';
import { CoutureError } from '../core/errors.ts';

export interface CookieSettings {
  /** Where shoppers reach the runtime; says whether that is over https. */
  readonly publicUrl: string | undefined;
}

const name = 'couture_session';
/** Holds the secret of a guest's chats. */
export const guestCookie = 'couture_chat';
/** Browsers drop longer cookies, name and value, without a word. */
const longest = 4_096;

/** The token in the request's cookie. */
export function readCookie(ctx: Context, settings: CookieSettings): string | undefined {
  return readHostCookie(ctx, settings, name);
}

/** A cookie of this host alone, and over https where shoppers come by https. */
export function readHostCookie(ctx: Context, settings: CookieSettings, name: string): string | undefined {
  // Most requests carry none.
  if (!ctx.headers.cookie?.includes(name)) return undefined;
  return ctx.cookies.get(cookieName(ctx, settings, name)) || undefined;
}

/** @throws CoutureError `bad_request` for a token that no browser would keep */
export function setCookie(ctx: Context, settings: CookieSettings, token: string, expiresAt: number): void {
  const room = longest - cookieName(ctx, settings, name).length - 1;
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

/** The person leaves: whoever uses this browser next is somebody else, also in the chats begun before signing in. */
export function clearPerson(ctx: Context, settings: CookieSettings): void {
  clearCookie(ctx, settings);
  if (readHostCookie(ctx, settings, guestCookie)) writeHostCookie(ctx, settings, guestCookie, '', 0);
}

/** A `__Host-` cookie can be set by no other host and over no plain connection. */
function cookieName(ctx: Context, settings: CookieSettings, name: string): string {
  return isSecure(ctx, settings) ? `__Host-${name}` : name;
}

function isSecure(ctx: Context, { publicUrl }: CookieSettings): boolean {
  return publicUrl ? publicUrl.startsWith('https:') : ctx.secure;
}

/** Written by hand: the cookie library refuses a secure cookie behind a proxy that it was not told of. */
export function writeHostCookie(
  ctx: Context,
  settings: CookieSettings,
  name: string,
  value: string,
  seconds: number,
): void {
  const secure = isSecure(ctx, settings) ? '; Secure' : '';
  ctx.append(
    'Set-Cookie',
    `${cookieName(ctx, settings, name)}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Lax${secure}`,
  );
}
