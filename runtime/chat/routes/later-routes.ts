// The routes for snoozed chats and scheduled replies: an agent's own, and for admins anybody's.
import {
  cancelReply,
  changeReply,
  maxScheduledOfAgent,
  maxScheduledOfChat,
  planReply,
  type ScheduledRow,
  scheduledOf,
} from '../../../sql/store/chat/scheduled.ts';
import { readSession } from '../../../sql/store/chat/sessions.ts';
import { snoozeChat } from '../../../sql/store/chat/snooze.ts';
import { hasRole, type Principal } from '../../auth/principal.ts';
import { chatLaterRoutes as routes, type WireScheduled } from '../../contract/chat-later.ts';
import { CoutureError } from '../../core/errors.ts';
import type { Bind } from '../../handler.ts';
import { wireSession } from '../delivery/wire-sessions.ts';
import { agentOf } from '../person.ts';
import { requireWithinLimit, unknownChat } from './chat-access.ts';
import type { RouteParts } from './route-parts.ts';
import { chatStateError } from './session-routes.ts';

const day = 86_400_000;
/** Days that a chat can be snoozed and a reply planned ahead. */
const maxDays = 366;

export function laterRoutes(bind: Bind, parts: RouteParts): void {
  const { pool, hours, limits, addressOf, onMoved } = parts;
  const changed = (sessionId: string) => onMoved({ session_id: sessionId, last_seq: 0 });
  bind(routes.times, () => {
    const now = new Date();
    const tomorrow = hours.openingFrom(now, 'tomorrow');
    return {
      opening: (hours.opensAt(now) ?? tomorrow).toISOString(),
      tomorrow: tomorrow.toISOString(),
      next_week: hours.openingFrom(now, 'next week').toISOString(),
    };
  });
  bind(routes.snooze, async ({ params, body, principal }) => {
    const until = body.until === null ? null : timeAhead(body.until, new Date());
    const snoozed = await snoozeChat(pool, params.id, until, actorOf(principal));
    if (!snoozed) throw await refusal(parts, params.id);
    changed(params.id);
    return wireSession(snoozed);
  });
  bind(routes.scheduled, async ({ params, principal }) => {
    if (!(await readSession(pool, params.id))) throw unknownChat(params.id);
    return { replies: (await scheduledOf(pool, params.id)).map((row) => wireScheduled(row, principal)) };
  });
  bind(routes.schedule, async ({ params, body, principal, ctx }) => {
    requireWithinLimit(limits.send(`agent:${principal.sub}`, addressOf(ctx)), 'messages');
    const reply = { id: body.client_message_id, body: body.body, sendAt: timeAhead(body.send_at) };
    const planned = await planReply(pool, params.id, agentOf(principal), reply);
    switch (planned.outcome) {
      case 'planned':
        changed(params.id);
        return wireScheduled(planned.reply, principal);
      case 'not_assigned':
        throw await refusal(parts, params.id);
      case 'id_taken':
        throw new CoutureError(
          'chat_state',
          `A message has the id ${body.client_message_id} already`,
          'Generate a new one for each reply.',
        );
      case 'too_many':
        throw new CoutureError(
          'limit_reached',
          `There are ${maxScheduledOfChat} scheduled replies in this chat, or ${maxScheduledOfAgent} of yours`,
          'Cancel one of them first.',
        );
    }
  });
  bind(routes.reschedule, async ({ params, body, principal, ctx }) => {
    requireWithinLimit(limits.send(`agent:${principal.sub}`, addressOf(ctx)), 'messages');
    const reply = { id: params.reply, body: body.body, sendAt: timeAhead(body.send_at) };
    const row = await changeReply(pool, params.id, agentOf(principal), reply);
    if (!row) throw unknownReply(params.reply);
    changed(params.id);
    return wireScheduled(row, principal);
  });
  bind(routes.unschedule, async ({ params, principal }) => {
    if (!(await cancelReply(pool, params.id, params.reply, actorOf(principal))))
      throw unknownReply(params.reply);
    changed(params.id);
  });
}

function actorOf(principal: Principal) {
  return { agent: agentOf(principal), admin: hasRole(principal, 'admin') };
}

/** @param after a time that has passed is refused; without it, it means now */
function timeAhead(text: string, after?: Date): Date {
  const time = new Date(text);
  if ((!after || time > after) && time.getTime() <= Date.now() + maxDays * day) return time;
  throw new CoutureError(
    'bad_request',
    `${JSON.stringify(text)} is not within the next ${maxDays} days`,
    'Choose a time ahead, in UTC.',
  );
}

async function refusal({ pool }: RouteParts, sessionId: string): Promise<CoutureError> {
  const session = await readSession(pool, sessionId);
  return session ? chatStateError(session) : unknownChat(sessionId);
}

function unknownReply(id: string): CoutureError {
  return new CoutureError('not_found', `No scheduled reply ${id} of yours: it may have been sent`);
}

function wireScheduled(row: ScheduledRow, { sub }: Principal): WireScheduled {
  return {
    id: row.client_message_id,
    body: row.body,
    sender_name: row.sender_name,
    mine: row.sender === sub,
    send_at: row.send_at.toISOString(),
    held: row.held,
  };
}
