// A chat for who may see it. What is not theirs is answered like what is not there: ids cannot be tried out.
import type { Context } from 'koa';
import type { Pool } from '../../../sql/pool.ts';
import type { ChatSide } from '../../../sql/store/chat/messages.ts';
import { readSession, type SessionRow } from '../../../sql/store/chat/sessions.ts';
import type { Principal } from '../../auth/principal.ts';
import type { CookieSettings } from '../../auth/session-cookie.ts';
import { CoutureError } from '../../core/errors.ts';
import type { Sender, Sent } from '../delivery/messages.ts';
import { isStaff, type Person, personOf, principalKey, sideOf } from '../person.ts';

export interface AccessParts {
  readonly pool: Pool;
  readonly cookie: CookieSettings;
  readonly addressOf: (ctx: Context) => string;
}

export interface SeenChat {
  readonly session: SessionRow;
  readonly side: ChatSide;
  readonly person: Person;
}

/** @throws CoutureError `chat_unknown`, also for other people's chats */
export async function seeChat(
  { pool, cookie }: AccessParts,
  ctx: Context,
  principal: Principal | undefined,
  sessionId: string,
): Promise<SeenChat> {
  const person = personOf(ctx, principal, cookie);
  // Whoever shows nothing at all is spared the look into the database, and so is the database.
  const session = principal || person.guestKey ? await readSession(pool, sessionId) : undefined;
  const side = session && sideOf(session, person);
  if (!session || !side) throw unknownChat(sessionId);
  return { session, side, person };
}

export function unknownChat(sessionId: string): CoutureError {
  return new CoutureError('chat_unknown', `There is no chat ${sessionId}`);
}

/** As whom the person writes in this chat. */
export function senderOf({ session, side, person }: SeenChat, address: string): Sender {
  const { principal } = person;
  if (side === 'staff' && isStaff(principal)) {
    const name = principal.name ?? null;
    return { side, sub: principal.sub, name, person: `agent:${principal.sub}`, address };
  }
  return { side: 'shopper', sub: null, name: session.name, person: session.visitor_key, address };
}

/** Whom limits for new chats are counted for; undefined: a guest whom nothing tells from others. */
export function visitorOf({ principal, guestKey }: Person): string | undefined {
  return principal ? principalKey(principal) : guestKey;
}

/** @throws CoutureError `too_many_requests` unless there is nothing to wait for */
export function requireWithinLimit(seconds: number, what: string): void {
  if (seconds === 0) return;
  throw new CoutureError('too_many_requests', `Too many ${what}`, `Try again in ${seconds} s.`, {
    details: { retry_after: seconds },
  });
}

/** @throws CoutureError in the words of HTTP, unless the message is stored */
export function requireSent(sent: Sent, sessionId: string): Extract<Sent, { seq: number }> {
  if (sent.outcome !== 'refused') return sent;
  switch (sent.code) {
    case 'too_many':
      requireWithinLimit(sent.retryAfter ?? 1, 'messages');
      break;
    case 'unknown':
      throw unknownChat(sessionId);
    case 'closed':
      throw new CoutureError('chat_state', 'The chat is closed', 'Begin another one.');
    case 'not_assigned':
      throw new CoutureError('chat_state', 'The chat is not yours', 'Take it first.');
    case 'no_attachment':
      throw new CoutureError('bad_request', 'The attachment is none of this chat, or was sent before');
    case 'invalid':
      throw new CoutureError('bad_request', 'The message holds text that cannot be stored');
    case 'id_taken':
      throw new CoutureError(
        'bad_request',
        'Another sender used this client_message_id',
        'Send the message with a new one.',
      );
    case 'no_product':
      throw new CoutureError('product_unknown', 'The shop has no such product, or it is not yours to send');
  }
  throw new CoutureError('overloaded', 'The message could not be stored', 'Send it again with the same id.');
}
