// Decides whether a socket may be opened before the handshake is answered: path, origin, version, credentials, and
// access to the chat. A refusal is an HTTP status; no socket is opened.

import { type IncomingMessage, ServerResponse } from 'node:http';
import type Koa from 'koa';
import type { Context } from 'koa';
import type { Pool } from '../../../sql/pool.ts';
import { readSession } from '../../../sql/store/chat/sessions.ts';
import { useTicket } from '../../../sql/store/chat/tickets.ts';
import { type Audit, isRefusal } from '../../auth/audit.ts';
import { requestOrigin } from '../../auth/own-origin.ts';
import type { Principal } from '../../auth/principal.ts';
import type { IsRevoked } from '../../auth/revocations.ts';
import type { CookieSettings } from '../../auth/session-cookie.ts';
import { chatSubprotocol, ticketPrefix } from '../../contract/chat-protocol.ts';
import { CoutureError, reportError } from '../../core/errors.ts';
import type { ChatLimits } from '../chat-limits.ts';
import { isVerified } from '../delivery/wire-sessions.ts';
import { agentOf, hasGuestCookie, hashOf, isStaff, type Person, personOf, sideOf } from '../person.ts';
import type { ChatAdmission } from './chat-socket.ts';
import type { Holder } from './connection.ts';
import type { ConsoleAdmission } from './console-socket.ts';

export type Admission = (ChatAdmission | ConsoleAdmission) & { readonly holder: Holder };

export interface HandshakeParts {
  readonly app: Koa;
  readonly pool: Pool;
  readonly limits: ChatLimits;
  readonly cookie: CookieSettings;
  readonly corsOrigins: readonly string[];
  readonly identify: (ctx: Context) => Promise<Principal | undefined>;
  readonly isRevoked: IsRevoked;
  readonly audit: Audit;
  readonly addressOf: (ctx: Context) => string;
  /** Whether the process is stopping and accepts no more sockets. */
  readonly closing: () => boolean;
}

/** Handshakes in progress at once. */
const maxConcurrent = 500;

export class Handshakes {
  readonly #parts: HandshakeParts;
  #running = 0;
  refused = 0;

  constructor(parts: HandshakeParts) {
    this.#parts = parts;
  }

  /** @throws CoutureError with the status to refuse the handshake with */
  async judge(req: IncomingMessage): Promise<Admission> {
    if (this.#parts.closing()) throw new CoutureError('overloaded', 'The server is shutting down');
    if (this.#running >= maxConcurrent)
      throw new CoutureError('overloaded', 'Too many handshakes are in progress');
    this.#running += 1;
    // A response that is never sent, for code that sets cookies on the context.
    const ctx = this.#parts.app.createContext(req, new ServerResponse(req));
    try {
      return await this.#judge(req, ctx);
    } catch (error) {
      this.refused += 1;
      this.#record(ctx, error);
      throw error;
    } finally {
      this.#running -= 1;
    }
  }

  #record(ctx: Context, error: unknown): void {
    const { status, code } = reportError(error);
    const target = targetOf(ctx.req.url ?? '');
    if (!target || !isRefusal(status, code)) return;
    this.#parts.audit('access_refused', {
      sub: ctx.state.sub as string | undefined,
      address: ctx.ip,
      route: target.kind === 'chat' ? 'GET /ws/chat/:id' : 'GET /ws/console',
      code,
    });
  }

  async #judge(req: IncomingMessage, ctx: Context): Promise<Admission> {
    const { limits, addressOf } = this.#parts;
    const target = targetOf(req.url ?? '');
    if (!target) throw new CoutureError('not_found', 'No socket endpoint at this path');
    const own = this.#requireOrigin(ctx);
    const address = addressOf(ctx);
    if (limits.handshake(address) > 0)
      throw new CoutureError('too_many_requests', 'Too many handshakes from this address');
    const protocols = protocolsOf(req);
    if (!protocols.includes(chatSubprotocol))
      throw new CoutureError('bad_request', `The client must offer the subprotocol ${chatSubprotocol}`);
    const ticket = protocols.find((each) => each.startsWith(ticketPrefix))?.slice(ticketPrefix.length);
    const admitted =
      ticket === undefined
        ? await this.#byPerson(ctx, target, own)
        : await this.#byTicket(ctx, ticket, target);
    const admission = holderOf(admitted, address);
    if (!limits.enter(address, admission.holder.person))
      throw new CoutureError('too_many_requests', 'Too many sockets are open');
    return admission;
  }

  /**
   * Browsers send the page's origin, and pages cannot forge it. Other programs send none, but they hold no cookies of an
   * unsuspecting user either.
   * @returns whether the request comes from a page of this origin
   */
  #requireOrigin(ctx: Context): boolean {
    const origin = ctx.get('Origin');
    if (!origin) return false;
    if (origin === requestOrigin(ctx, this.#parts.cookie.publicUrl)) return true;
    if (this.#parts.corsOrigins.includes(origin)) return false;
    throw new CoutureError('origin_refused', `The origin ${origin.slice(0, 100)} may not open sockets`);
  }

  async #byPerson(ctx: Context, target: Target, own: boolean): Promise<Admitted> {
    const { cookie, identify, pool } = this.#parts;
    const principal = await identify(ctx);
    const person = personOf(ctx, principal, cookie);
    const byCookie = principal?.via === 'cookie' || (person.guestKey && hasGuestCookie(ctx, cookie));
    if (byCookie && !own)
      throw new CoutureError('origin_refused', 'Only pages of this origin may open sockets with a cookie');
    if (target.kind === 'console') return { target, person: requireStaff(person) };
    if (!principal && !person.guestKey)
      throw new CoutureError('not_signed_in', 'The request carries no credentials');
    return { target, person, session: await readSession(pool, target.sessionId) };
  }

  async #byTicket(ctx: Context, ticket: string, target: Target): Promise<Admitted> {
    const { pool, isRevoked } = this.#parts;
    const holder = await useTicket(pool, hashOf(ticket));
    const asked = target.kind === 'chat' ? target.sessionId : null;
    if (!holder || holder.sessionId !== asked)
      throw new CoutureError(
        'token_invalid',
        'The ticket was used before, has expired, or is for another socket',
      );
    const principal = (holder.principal ?? undefined) as Principal | undefined;
    if (principal) ctx.state.sub = principal.sub;
    if (principal && (isRevoked(principal) || principal.expiresAt <= Date.now()))
      throw new CoutureError(
        'token_invalid',
        'The token that the ticket was issued for has expired or was revoked',
      );
    if (target.kind === 'console')
      return { target, person: requireStaff({ principal, guestKey: undefined }) };
    const session = await readSession(pool, target.sessionId);
    // A ticket without a principal was issued to the guest of this chat.
    const guestKey = principal ? undefined : session?.visitor_key;
    return { target, person: { principal, guestKey }, session };
  }
}

type Target = { readonly kind: 'chat'; readonly sessionId: string } | { readonly kind: 'console' };

interface Admitted {
  readonly target: Target;
  readonly person: Person;
  readonly session?: Awaited<ReturnType<typeof readSession>>;
}

function targetOf(url: string): Target | undefined {
  const path = url.split('?', 1)[0]!;
  if (/^\/ws\/console\/?$/.test(path)) return { kind: 'console' };
  // Only the id may be in either case: proxies have rules for /ws/ in lower case.
  const match = /^\/ws\/chat\/([\da-fA-F]{8}(?:-[\da-fA-F]{4}){3}-[\da-fA-F]{12})\/?$/.exec(path);
  return match ? { kind: 'chat', sessionId: match[1]!.toLowerCase() } : undefined;
}

function protocolsOf(req: IncomingMessage): string[] {
  const offered = req.headers['sec-websocket-protocol'] ?? '';
  return offered.split(',').map((each) => each.trim());
}

function requireStaff(person: Person): Person {
  if (isStaff(person.principal)) return person;
  if (!person.principal) throw new CoutureError('not_signed_in', 'The console requires staff access');
  throw new CoutureError('forbidden', 'The console requires staff access');
}

function holderOf({ target, person, session }: Admitted, address: string): Admission {
  const { principal } = person;
  if (target.kind === 'console') {
    const agent = agentOf(principal!);
    const name = `agent:${agent.sub}`;
    const sender = { side: 'staff', sub: agent.sub, name: agent.name, person: name, address } as const;
    return { kind: 'console', agent, sender, holder: holder(name, address, principal) };
  }
  const side = session && sideOf(session, person);
  if (!session || !side)
    throw new CoutureError('chat_unknown', 'There is no such chat, or you have no access to it');
  // A person who signed in after starting the chat as a guest is admitted by the guest secret, which doesn't expire with
  // the token.
  const byToken = side === 'staff' || isVerified(session);
  const name = side === 'staff' ? `agent:${principal!.sub}` : session.visitor_key;
  const sender = {
    side,
    sub: side === 'staff' ? principal!.sub : null,
    name: side === 'staff' ? (principal!.name ?? null) : session.name,
    person: name,
    address,
  };
  return {
    kind: 'chat',
    sessionId: session.session_id,
    sender,
    holder: holder(name, address, byToken ? principal : undefined),
  };
}

function holder(person: string, address: string, principal: Principal | undefined): Holder {
  return {
    person,
    address,
    sub: principal?.sub,
    tokenHash: principal?.tokenHash,
    expiresAt: principal?.expiresAt ?? Number.POSITIVE_INFINITY,
  };
}

/** The HTTP response that refuses a handshake. */
export function refusalOf(error: unknown): { status: number; text: string } {
  const { status, code, expose, message } = reportError(error);
  // An unexpected error is most likely an unreachable database: 503 tells the client to come back.
  const answered = status === 500 && !(error instanceof CoutureError) ? 503 : status;
  return { status: answered, text: expose ? `${code}: ${message}\n` : `${code}\n` };
}
