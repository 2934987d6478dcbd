// The states of a chat: waiting → active → resolved → closed. Each step is one conditional update, so that only one of
// two agents who take the same chat gets it, and each step adds an event to the chat's messages.
import type { Queryable } from '../../pool.ts';
import { wordsInSql } from '../shop/search-words.ts';
import { type ChatState, type SessionRow, sessionColumns } from './sessions.ts';

export interface Agent {
  readonly sub: string;
  readonly name: string | null;
}

/** Who takes a step: an agent (admins may act in other agents' chats), the shopper, or couture itself ("clock"). */
export type Actor = { readonly agent: Agent; readonly admin: boolean } | 'shopper' | 'clock';

export type Step =
  | { readonly to: 'take' | 'return' | 'resolve' | 'close' | 'reopen' }
  /** To another agent: `assign` from the queue, `transfer` from the current agent. */
  | { readonly to: 'assign' | 'transfer'; readonly agent: Agent }
  /** Into the queue of another team. */
  | { readonly to: 'move'; readonly team: string }
  /** Back into the queue, because this agent has the chat and has not answered. */
  | { readonly to: 'pass'; readonly agent: Agent };

/** Undefined if the chat's state doesn't allow the step, another agent has the chat, or it doesn't exist. */
export async function takeStep(
  client: Queryable,
  sessionId: string,
  step: Step,
  actor: Actor,
): Promise<SessionRow | undefined> {
  const rule = ruleOf(step, actor);
  if (!rule) return undefined;
  const passes = step.to === 'pass' ? step.agent : undefined;
  const mine =
    passes?.sub ?? (rule.mine && typeof actor === 'object' && !actor.admin ? actor.agent.sub : null);
  const { rows } = await client.query<SessionRow>(
    `with moved as (
       update couture.chat_session s set ${setState}, last_seq = last_seq + 1, version = version + 1,
         updated_at = clock_timestamp(), assigned_to = $6, assigned_name = $7, passed_by = $10,
         passed_at = case when $10::text is null then null else clock_timestamp() end, team_id = coalesce($11, team_id)
       where session_id = $1 and state = any ($2) and ($10::text is null or unanswered_since is not null)
         and (state <> 'active' or $3::text is null or assigned_to = $3)
         and ($4 <> 'waiting' or not exists (select from couture.chat_session o where o.visitor_key = s.visitor_key
           and o.session_id <> s.session_id and o.state in ('waiting', 'active')))
       returning ${sessionColumns}
     ), recorded as (
       insert into couture.chat_message
         (session_id, seq, client_message_id, side, sender, sender_name, kind, body, created_at)
       select session_id, last_seq, gen_random_uuid(), 'system', $8, $9, 'event', $5, updated_at from moved
     )
     select * from moved`,
    [
      sessionId,
      rule.from,
      mine,
      rule.state,
      rule.event,
      rule.owner?.sub ?? null,
      rule.owner?.name ?? null,
      typeof actor === 'object' ? actor.agent.sub : null,
      (rule.owner ?? passes ?? (typeof actor === 'object' ? actor.agent : undefined))?.name ?? null,
      passes?.sub ?? null,
      step.to === 'move' ? step.team : null,
    ],
  );
  return rows[0];
}

interface Rule {
  readonly from: readonly ChatState[];
  readonly state: ChatState;
  /** The agent of the chat after the step. */
  readonly owner: Agent | undefined;
  /** Whether an active chat must be assigned to the agent who acts. */
  readonly mine: boolean;
  readonly event: string;
}

function ruleOf(step: Step, actor: Actor): Rule | undefined {
  const agent = typeof actor === 'object' ? actor.agent : undefined;
  const shared = { owner: undefined, mine: true };
  switch (step.to) {
    case 'take':
      return agent && { ...shared, from: ['waiting'], state: 'active', owner: agent, event: 'assigned' };
    case 'assign':
      return actor === 'shopper'
        ? undefined
        : { ...shared, from: ['waiting'], state: 'active', owner: step.agent, event: 'assigned' };
    case 'transfer':
      return (
        agent && { ...shared, from: ['active'], state: 'active', owner: step.agent, event: 'transferred' }
      );
    case 'return':
      return agent && { ...shared, from: ['active'], state: 'waiting', event: 'returned' };
    case 'move':
      return agent && { ...shared, from: ['waiting', 'active'], state: 'waiting', event: 'returned' };
    case 'pass':
      return actor === 'clock'
        ? { ...shared, from: ['active'], state: 'waiting', event: 'unanswered' }
        : undefined;
    case 'resolve':
      return actor === 'shopper'
        ? undefined
        : { ...shared, from: ['waiting', 'active'], state: 'resolved', event: 'resolved' };
    case 'close':
      return { ...shared, from: ['waiting', 'active', 'resolved'], state: 'closed', event: 'closed' };
    case 'reopen':
      if (actor === 'clock') return undefined;
      // An agent who reopens a chat keeps it; one that a shopper reopens returns to the queue.
      return agent
        ? { ...shared, from: ['resolved'], state: 'active', owner: agent, event: 'reopened' }
        : { ...shared, from: ['resolved'], state: 'waiting', event: 'reopened' };
  }
}

/**
 * SQL: the search vector of a chat. The worst text takes 3 µs per character, so that a chat of any content can be closed
 * within the statement timeout.
 * @param maxLength characters of the chat to read
 */
export function chatWords(maxLength: number): string {
  return `(select to_tsvector('simple', ${wordsInSql('texts', maxLength)}) from (
    select concat_ws(' ', s.name, s.email, s.subject, string_agg(m.body, ' ' order by m.seq)) as texts
    from couture.chat_message m where m.session_id = s.session_id and m.kind <> 'event') whole)`;
}

/** Characters of a finished chat that can be searched. */
const maxSearched = 100_000;

// A shopper who has had no response yet keeps the place in the queue.
const setState = `state = $4, snoozed_until = null,
  waiting_since = case when $4 = 'waiting' then coalesce(unanswered_since, clock_timestamp()) else waiting_since end,
  unanswered_since = case when $4 = 'waiting' then coalesce(unanswered_since, clock_timestamp())
    when $4 = 'active' then unanswered_since end,
  missed_at = case when $4 = 'waiting' and unanswered_since is null then null else missed_at end,
  announced_at = case when $4 = 'waiting' then null else announced_at end,
  assigned_at = case when $4 = 'active' then clock_timestamp() end,
  resolved_at = case when $4 in ('resolved', 'closed') then coalesce(resolved_at, clock_timestamp()) end,
  words = case when $4 in ('resolved', 'closed') then ${chatWords(maxSearched)} end`;
