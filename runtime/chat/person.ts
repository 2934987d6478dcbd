// Who is asking, as chats see it: a signed-in person, a guest by the secret in their cookie, or both. Rights come from
// here alone; nothing that a message says about its sender is ever looked at.
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
  /** `guest:…` of the secret that came along. */
  readonly guestKey: string | undefined;
}

/** Half a year: as long as a guest finds the own chats again. */
const cookieSeconds = 180 * 86_400;
const secretForm = /^[\w-]{43}$/;

/** @throws CoutureError `origin_refused` for a write with the guest's cookie from a page of another origin */
export function personOf(ctx: Context, principal: Principal | undefined, settings: CookieSettings): Person {
  const sent = ctx.get('Chat-Secret');
  const kept = readHostCookie(ctx, settings, guestCookie);
  if (!sent && kept) refuseForgery(ctx, settings);
  const secret = sent || kept;
  return { principal, guestKey: secret && secretForm.test(secret) ? guestKeyOf(secret) : undefined };
}

/** Whether the guest's secret came by cookie, which travels by itself. */
export function hasGuestCookie(ctx: Context, settings: CookieSettings): boolean {
  return readHostCookie(ctx, settings, guestCookie) !== undefined;
}

/** A secret of 256 bits for a new guest; the database keeps its hash. */
export function newGuestSecret(): string {
  return randomBytes(32).toString('base64url');
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

/** The visitor that a signed-in person is. Guests are never made one with them. */
export function principalKey(principal: Principal): string {
  return principal.customerId === undefined ? `sub:${principal.sub}` : `customer:${principal.customerId}`;
}

/** The visitors that this person is: as signed in, and as a guest. */
export function visitorKeys({ principal, guestKey }: Person): string[] {
  return [...(principal ? [principalKey(principal)] : []), ...(guestKey ? [guestKey] : [])];
}

/** On which side of this chat the person is; undefined: it is none of theirs, and is not to be seen. */
export function sideOf(session: Pick<SessionRow, 'visitor_key'>, person: Person): ChatSide | undefined {
  if (visitorKeys(person).includes(session.visitor_key)) return 'shopper';
  return isStaff(person.principal) ? 'staff' : undefined;
}

export function isStaff(principal: Principal | undefined): principal is Principal {
  return principal !== undefined && hasRole(principal, 'staff');
}

export function agentOf(principal: Principal): Agent {
  return { sub: principal.sub, name: principal.name ?? null };
}
