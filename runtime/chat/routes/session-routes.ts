// POST and GET /api/chat-sessions…: starting, reading, closing and reopening a visitor's chats.
import { randomBytes } from 'node:crypto';
import type { Context } from 'koa';
import { isAgentAvailable } from '../../../sql/store/chat/consoles.ts';
import { latestMessages, unreadCount } from '../../../sql/store/chat/messages.ts';
import {
  guestSaltOf,
  type NewSession,
  openSession,
  openSessionOf,
  type SessionRow,
} from '../../../sql/store/chat/sessions.ts';
import { type Step, takeStep } from '../../../sql/store/chat/states.ts';
import { issueTicket } from '../../../sql/store/chat/tickets.ts';
import { requestOrigin } from '../../auth/own-origin.ts';
import { hasRole, type Principal } from '../../auth/principal.ts';
import {
  chatSessionRoutes as routes,
  type WholeSession,
  type WireSession,
} from '../../contract/chat-session.ts';
import { noCookies } from '../../contract/chat-values.ts';
import { CoutureError } from '../../core/errors.ts';
import { Answer, type Asked, type Bind } from '../../handler.ts';
import { sharedRun } from '../../work/shared-run.ts';
import { pageAddress } from '../delivery/page-address.ts';
import { wireSession } from '../delivery/wire-sessions.ts';
import {
  agentOf,
  hashOf,
  keepGuestSecret,
  type Person,
  personOf,
  principalKey,
  visitorKeys,
} from '../person.ts';
import {
  requireSent,
  requireWithinLimit,
  type SeenChat,
  seeChat,
  senderOf,
  unknownChat,
  visitorOf,
} from './chat-access.ts';
import { creationKeyOf, type NewGuest, newGuest, recreateGuest } from './creation-key.ts';
import { knownCart, type RouteParts } from './route-parts.ts';

/** Messages returned with a chat; clients page through older ones. */
const maxShown = 100;
/** Minutes within which a guest who never received the secret may retry the first request. */
const retryMinutes = 15;
/** Seconds for which a ticket is valid. */
const ticketSeconds = 30;

export function sessionRoutes(bind: Bind, parts: RouteParts): void {
  // One query for all shoppers who ask at the same time.
  const isSomebodyThere = sharedRun(() => isAgentAvailable(parts.pool));
  bind(routes.availability, async () => {
    const now = new Date();
    return {
      open: parts.hours.isOpen(now),
      opens_at: parts.hours.opensAt(now)?.toISOString() ?? null,
      agents_online: await isSomebodyThere().catch(() => parts.presence.agentsOnline().size > 0),
      by_email: parts.facts.mails,
      teams: [...(await parts.openTeams.offered())],
    };
  });
  bind(routes.open, (asked) => openChat(parts, asked));
  bind(routes.active, async ({ principal, ctx }) => {
    const session = await openSessionOfPerson(parts, personOf(ctx, principal, parts.cookie));
    return { session: session ? await whole(parts, session, 'shopper') : null };
  });
  bind(routes.one, async ({ params, principal, ctx }) => {
    const { session, side } = await seeChat(parts, ctx, principal, params.id);
    return whole(parts, session, side);
  });
  bind(routes.close, ({ params, principal, ctx }) => step(parts, ctx, principal, params.id, { to: 'close' }));
  bind(routes.reopen, ({ params, principal, ctx }) =>
    step(parts, ctx, principal, params.id, { to: 'reopen' }),
  );
  bind(routes.context, async ({ params, principal, ctx, body }) => {
    const seen = await seeChat(parts, ctx, principal, params.id);
    if (seen.side !== 'shopper') throw unknownChat(params.id);
    if (seen.session.state === 'closed') throw chatStateError(seen.session);
    parts.contexts.report(params.id, body);
  });
  bind(routes.ticket, async ({ params, principal, ctx }) => {
    const { side, session } = await seeChat(parts, ctx, principal, params.id);
    const byToken = side === 'staff' || !session.visitor_key.startsWith('guest:');
    return createTicket(parts, params.id, byToken ? principal : undefined);
  });
}

/** Issues a ticket that opens one socket: of a chat, or of the console if `sessionId` is null. */
export async function createTicket(
  { pool }: Pick<RouteParts, 'pool'>,
  sessionId: string | null,
  principal: Principal | undefined,
): Promise<{ ticket: string; expires_at: string }> {
  const ticket = randomBytes(32).toString('base64url');
  const holder = { sessionId, principal: principal ? { ...principal } : null };
  await issueTicket(pool, hashOf(ticket), holder, ticketSeconds);
  return { ticket, expires_at: new Date(Date.now() + ticketSeconds * 1_000).toISOString() };
}

/** Changes the state of a chat on behalf of the caller. @throws CoutureError `chat_state` if the step is not allowed */
export async function step(
  parts: RouteParts,
  ctx: Context,
  principal: Principal | undefined,
  sessionId: string,
  wanted: Step,
): Promise<WireSession> {
  const { session, side } = await seeChat(parts, ctx, principal, sessionId);
  const actor =
    side === 'staff' ? { agent: agentOf(principal!), admin: hasRole(principal!, 'admin') } : 'shopper';
  const moved = await takeStep(parts.pool, sessionId, wanted, actor);
  if (!moved) throw chatStateError(session);
  parts.onMoved(moved);
  return wireSession(moved);
}

export function chatStateError({ state, assigned_name }: SessionRow): CoutureError {
  const whose = state === 'active' ? ` and assigned to ${assigned_name ?? 'another agent'}` : '';
  return new CoutureError('chat_state', `The chat is ${state}${whose}`, 'Reload it: it may have changed.');
}

export async function whole(
  { pool, wire }: RouteParts,
  session: SessionRow,
  side: SeenChat['side'],
): Promise<WholeSession> {
  const [messages, unread_count] = await Promise.all([
    latestMessages(pool, session.session_id, maxShown).then((rows) => wire.of(rows)),
    unreadCount(pool, session.session_id, side),
  ]);
  return { ...wireSession(session), messages, unread_count };
}

async function openChat(parts: RouteParts, asked: Asked<typeof routes.open>): Promise<Answer> {
  const { ctx, body, headers, principal } = asked;
  const person = personOf(ctx, principal, parts.cookie);
  const before = await openSessionOfPerson(parts, person);
  if (before) return new Answer(200, await storeFirstMessage(parts, asked, before, person));
  const leftOffline = !parts.hours.isOpen(new Date());
  const known = await knownContact(parts, principal);
  const email = known.email ?? body.email;
  if (leftOffline && !(body.message && email)) {
    throw new CoutureError(
      'chat_offline',
      'Chat is outside business hours',
      'Send a message with an e-mail address to get an answer later.',
    );
  }
  requireWithinLimit(parts.limits.start(parts.addressOf(ctx), visitorOf(person)), 'new chats');
  const key = headers['idempotency-key'];
  const visitorKey = principal ? principalKey(principal) : person.guestKey;
  const row = {
    customerId: principal?.customerId ?? null,
    name: known.name ?? body.name ?? null,
    email: email ?? null,
    subject: body.subject ?? null,
    userAgent: printable(ctx.get('User-Agent')),
    currentPage: (body.page === undefined ? undefined : pageAddress(body.page)) ?? null,
    cart: knownCart(parts, body.cart ?? []),
    leftOffline,
    locale: body.locale ?? null,
    team: body.team ?? null,
  };
  if (visitorKey !== undefined) {
    const creationKey = key === undefined ? null : creationKeyOf(visitorKey, key);
    const { made, session } = await openSession(parts.pool, {
      ...row,
      visitorKey,
      creationKey,
      guestSalt: null,
    });
    if (session.visitor_key !== visitorKey) throw unknownChat(session.session_id);
    return new Answer(made ? 201 : 200, await storeFirstMessage(parts, asked, session, person));
  }
  const { made, session, guest } = await openGuestSession(parts, row, key, body.message?.client_message_id);
  const answer = await storeFirstMessage(parts, asked, session, { principal, guestKey: guest.guestKey });
  return new Answer(made ? 201 : 200, { ...answer, ...handOverSecret(parts, ctx, guest.secret) });
}

/** Name and address of a signed-in person: those of the token, else those that the shop has. Tokens of most logins have neither. */
async function knownContact(
  { shop }: RouteParts,
  principal: Principal | undefined,
): Promise<{ readonly name?: string | undefined; readonly email?: string | undefined }> {
  const { name, email, customerId } = principal ?? {};
  if (customerId === undefined || (name && email)) return { name, email };
  const shops = await shop.contact(customerId);
  return { name: name ?? shops.name, email: email ?? shops.email };
}

/** Opens a chat for a guest without a secret. A retried request gets the chat and the secret of the first one. */
async function openGuestSession(
  { pool }: RouteParts,
  row: Omit<NewSession, 'visitorKey' | 'creationKey' | 'guestSalt'>,
  key: string | undefined,
  clientMessageId: string | undefined,
): Promise<{ made: boolean; session: SessionRow; guest: NewGuest }> {
  const guest = newGuest(key, clientMessageId);
  const given = { ...row, visitorKey: guest.guestKey, creationKey: guest.creationKey, guestSalt: guest.salt };
  const opened = await openSession(pool, given);
  if (opened.made) return { ...opened, guest };
  const salt = await guestSaltOf(pool, opened.session.session_id, retryMinutes);
  const same = salt && recreateGuest(guest, salt, key!, clientMessageId!);
  if (same && same.guestKey === opened.session.visitor_key) return { ...opened, guest: same };
  // Too late to be a retry: ignore the key.
  return { ...(await openSession(pool, { ...given, creationKey: null, guestSalt: null })), guest };
}

/**
 * Sets the guest's secret as an HTTP-only cookie; a page of another origin, and one whose browser keeps no cookies, get it
 * in the response body.
 */
function handOverSecret({ cookie }: RouteParts, ctx: Context, secret: string): { guest_secret?: string } {
  const origin = ctx.get('Origin');
  const elsewhere = origin && origin !== requestOrigin(ctx, cookie.publicUrl);
  if (elsewhere || ctx.get('Chat-Secret') === noCookies) return { guest_secret: secret };
  keepGuestSecret(ctx, cookie, secret);
  return {};
}

/** Stores the message that came with the request, if any. @returns the chat as it is then */
async function storeFirstMessage(
  parts: RouteParts,
  { body, ctx }: Asked<typeof routes.open>,
  session: SessionRow,
  person: Person,
): Promise<WholeSession> {
  if (body.message) {
    const seen = { session, side: 'shopper', person } as const;
    const sender = senderOf(seen, parts.addressOf(ctx));
    requireSent(await parts.messages.send(session.session_id, sender, body.message), session.session_id);
  }
  if (body.page !== undefined || body.cart) parts.contexts.report(session.session_id, body);
  const now = body.message ? await openSessionOf(parts.pool, session.visitor_key) : session;
  return whole(parts, now ?? session, 'shopper');
}

/** The open chat of the signed-in person, or else of the guest. */
async function openSessionOfPerson({ pool }: RouteParts, person: Person): Promise<SessionRow | undefined> {
  for (const key of visitorKeys(person)) {
    const session = await openSessionOf(pool, key);
    if (session) return session;
  }
  return undefined;
}

function printable(text: string): string | null {
  return text.replaceAll(/[^\x20-\x7e]/g, '').slice(0, 300) || null;
}
