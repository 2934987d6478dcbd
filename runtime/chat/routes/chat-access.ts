// Finds a chat for a person who may see it. Other people's chats are answered like unknown ones, so that ids cannot be
// probed.
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

/** @throws CoutureError `chat_unknown` if the chat doesn't exist or belongs to somebody else */
export async function seeChat(
  { pool, cookie }: AccessParts,
  ctx: Context,
  principal: Principal | undefined,
  sessionId: string,
): Promise<SeenChat> {
  const person = personOf(ctx, principal, cookie);
  // Skip the query when no credentials were sent.
  const session = principal || person.guestKey ? await readSession(pool, sessionId) : undefined;
  const side = session && sideOf(session, person);
  if (!session || !side) throw unknownChat(sessionId);
  return { session, side, person };
}

export function unknownChat(sessionId: string): CoutureError {
  return new CoutureError('chat_unknown', `No chat ${sessionId}, or you have no access to it`);
}

/** The sender that this person is in this chat. */
export function senderOf({ session, side, person }: SeenChat, address: string): Sender {
  const { principal } = person;
  if (side === 'staff' && isStaff(principal)) {
    const name = principal.name ?? null;
    return { side, sub: principal.sub, name, person: `agent:${principal.sub}`, address };
  }
  return { side: 'shopper', sub: null, name: session.name, person: session.visitor_key, address };
}

/** The key that limits on new chats count for; undefined for a guest without a secret. */
export function visitorOf({ principal, guestKey }: Person): string | undefined {
  return principal ? principalKey(principal) : guestKey;
}

/** @throws CoutureError `too_many_requests` unless `seconds` is 0 */
export function requireWithinLimit(seconds: number, what: string): void {
  if (seconds === 0) return;
  throw new CoutureError('too_many_requests', `Too many ${what}`, `Try again in ${seconds} s.`, {
    details: { retry_after: seconds },
  });
}

/** Returns a stored message. @throws CoutureError for a refused one */
export function requireSent(sent: Sent, sessionId: string): Extract<Sent, { seq: number }> {
  if (sent.outcome !== 'refused') return sent;
  switch (sent.code) {
    case 'too_many':
      requireWithinLimit(sent.retryAfter ?? 1, 'messages');
      break;
    case 'unknown':
      throw unknownChat(sessionId);
    case 'closed':
      throw new CoutureError('chat_state', 'The chat is closed', 'Start a new one.');
    case 'not_assigned':
      throw new CoutureError('chat_state', 'The chat is not assigned to you', 'Assign it to yourself first.');
    case 'no_attachment':
      throw new CoutureError(
        'bad_request',
        'The attachment does not belong to this chat, or was already sent',
      );
    case 'invalid':
      throw new CoutureError('bad_request', 'The message contains text that cannot be stored');
    case 'id_taken':
      throw new CoutureError(
        'bad_request',
        'This client_message_id was used by another sender',
        'Send the message with a new id.',
      );
    case 'no_product':
      throw new CoutureError('product_unknown', 'No such product, or only agents may send it');
  }
  throw new CoutureError('overloaded', 'The message could not be stored', 'Send it again with the same id.');
}
