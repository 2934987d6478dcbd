// Who is asking: a signed-in person, a guest with the secret from their cookie, or both. Rights come only from here; what
// a message says about its sender is ignored.
import { createHash, randomBytes } from 'node:crypto';
import type { Context } from 'koa';
import type { ChatSide } from '../../sql/store/chat/messages.ts';
import type { SessionRow } from '../../sql/store/chat/sessions.ts';
import type { Agent } from '../../sql/store/chat/states.ts';
import { refuseForgery } from '../auth/identify.ts';
import { hasRole, type Principal } from '../auth/principal.ts';
import { type CookieSettings, guestCookie, readHostCookie, writeHostCookie } from '../auth/session-cookie.ts';

export interface Person {
  readonly principal: Principal | undefined;
  /** `guest:…`, derived from the secret in the request. */
  readonly guestKey: string | undefined;
}

/** Half a year: how long guests can find their chats again. */
const cookieSeconds = 180 * 86_400;
const secretForm = /^[\w-]{43}$/;

/** @throws CoutureError `origin_refused` for a write with the guest's cookie from a page of another origin */
export function personOf(ctx: Context, principal: Principal | undefined, settings: CookieSettings): Person {
  const sent = ctx.get('Chat-Secret');
  const kept = readHostCookie(ctx, settings, guestCookie);
  if (!sent && kept) refuseForgery(ctx, settings);
  const secret = sent || kept;
  return { principal, guestKey: secret && isGuestSecret(secret) ? guestKeyOf(secret) : undefined };
}

/** Whether the guest's secret came in a cookie, which browsers attach by themselves. */
export function hasGuestCookie(ctx: Context, settings: CookieSettings): boolean {
  return readHostCookie(ctx, settings, guestCookie) !== undefined;
}

/** Generates a 256-bit secret for a new guest; the database stores only its hash. */
export function newGuestSecret(): string {
  return randomBytes(32).toString('base64url');
}

export function isGuestSecret(text: string): boolean {
  return secretForm.test(text);
}

export function guestKeyOf(secret: string): string {
  return `guest:${hashOf(secret).toString('hex')}`;
}

export function keepGuestSecret(ctx: Context, settings: CookieSettings, secret: string): void {
  writeHostCookie(ctx, settings, guestCookie, secret, cookieSeconds);
}

export function hashOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** The visitor key of a signed-in person. It never matches a guest's. */
export function principalKey(principal: Principal): string {
  return principal.customerId === undefined ? `sub:${principal.sub}` : `customer:${principal.customerId}`;
}

/** All visitor keys of this person: as signed in, and as a guest. */
export function visitorKeys({ principal, guestKey }: Person): string[] {
  return [...(principal ? [principalKey(principal)] : []), ...(guestKey ? [guestKey] : [])];
}

/** The person's side of this chat; undefined if they may not see it. */
export function sideOf(
  session: Pick<SessionRow, 'visitor_key' | 'also_keys'>,
  person: Person,
): ChatSide | undefined {
  if (visitorKeys(person).some((key) => key === session.visitor_key || session.also_keys.includes(key)))
    return 'shopper';
  return isStaff(person.principal) ? 'staff' : undefined;
}

export function isStaff(principal: Principal | undefined): principal is Principal {
  return principal !== undefined && hasRole(principal, 'staff');
}

export function agentOf(principal: Principal): Agent {
  return { sub: principal.sub, name: principal.name ?? null };
}
