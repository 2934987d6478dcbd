// Assigns waiting chats to agents, and takes unanswered ones back. Each chat is one transaction under an advisory lock, so
// that two processes never count the same agent's open chats at the same time.
import { type Pool, type Queryable, transact } from '../../pool.ts';
import { openChats } from './agents.ts';
import { hasConsole, hasLeft } from './consoles.ts';
import { isRevoked } from './revoked-subjects.ts';
import type { SessionRow } from './sessions.ts';
import { type Agent, takeStep } from './states.ts';

export interface AssignmentRules {
  /** Open chats of an agent without a capacity of their own. */
  readonly capacity: number;
  /** Seconds in which an agent has to answer; for as long, a chat that they let pass is not offered to them again. */
  readonly answerWithin: number;
}

/** Advisory lock; spells "chaq". */
const assignmentLock = 0x63686171;
/** Chats that are taken back in one round; the rest follow in the next. */
const maxBatch = 100;

/**
 * Assigns the chat that has waited longest and that an agent can take: to the available member of its team with the fewest
 * open chats, of those to the one whose last assignment was the longest ago.
 * @returns the assigned chat; undefined if no chat waits for which an agent has room
 */
export async function assignNext(pool: Pool, rules: AssignmentRules): Promise<SessionRow | undefined> {
  return transact(pool, async (client) => {
    await client.query('select pg_advisory_xact_lock($1)', [assignmentLock]);
    for (;;) {
      const next = await nextMatch(client, rules);
      if (!next) return undefined;
      const agent = { sub: next.sub, name: next.name };
      const assigned = await takeStep(client, next.session_id, { to: 'assign', agent }, 'clock');
      // Somebody took it by hand, or it ended, between the two statements.
      if (!assigned) continue;
      await client.query(
        'update couture.chat_agent set last_assigned_at = clock_timestamp() where sub = $1',
        [agent.sub],
      );
      return assigned;
    }
  });
}

async function nextMatch(
  client: Queryable,
  { capacity, answerWithin }: AssignmentRules,
): Promise<({ session_id: string } & Agent) | undefined> {
  const { rows } = await client.query<{ session_id: string } & Agent>(
    `with free as materialized (
       select sub, name, last_assigned_at, open_chats from (
         select sub, name, last_assigned_at, coalesce(capacity, $1) as capacity,
           ${openChats('a.sub')} as open_chats
         from couture.chat_agent a
         where state = 'available' and ${hasConsole('a.sub')}
           and not ${isRevoked('a.sub')}) agents
       where open_chats < capacity)
     select s.session_id, agent.sub, agent.name
     from couture.chat_session s cross join lateral (
       select f.sub, f.name from free f
       where (s.team_id is null
           or exists (select from couture.chat_team_member m where m.team_id = s.team_id and m.sub = f.sub))
         and not (s.passed_by is not distinct from f.sub and s.passed_at > now() - make_interval(secs => $2))
       order by f.open_chats, f.last_assigned_at nulls first, f.sub limit 1) agent
     where s.state = 'waiting' and s.last_seq > 0
     order by s.waiting_since, s.session_id limit 1`,
    [capacity, answerWithin],
  );
  return rows[0];
}

/** A chat that was taken back, with the agent who had it. */
export interface Passed {
  readonly session: SessionRow;
  readonly agent: Agent;
}

/**
 * Starts a new wait in chats whose shoppers have written to an agent who cannot see it: one whose access was revoked, or who
 * has left and is not back within the time to answer. `takeBack` then returns these chats.
 * @param answerWithin undefined: only of agents whose access was revoked
 */
export async function restartWaits(client: Queryable, answerWithin: number | undefined): Promise<void> {
  await client.query(
    `with unseen as materialized (
       select o.session_id, ${isRevoked('o.assigned_to')} as revoked, (
         select min(m.created_at) from couture.chat_message m
         where m.session_id = o.session_id and m.side = 'shopper' and m.seq > greatest(o.staff_read, (
           select max(seq) from couture.chat_message a
           where a.session_id = o.session_id and a.seq > o.staff_read and a.side = 'staff'))) as since
       from couture.chat_session o
       where o.state = 'active' and o.unanswered_since is null and o.snoozed_until is null
         and (${isRevoked('o.assigned_to')} or $1::float8 is not null and ${hasLeft('o.assigned_to')})
     ), late as (
       select session_id, since from couture.chat_session join unseen using (session_id)
       where since is not null and (revoked or since < now() - make_interval(secs => $1::float8))
       order by session_id for no key update of chat_session)
     update couture.chat_session s set unanswered_since = late.since, missed_at = null, version = version + 1 from late
     where s.session_id = late.session_id and s.state = 'active' and s.unanswered_since is null`,
    [answerWithin ?? null],
  );
}

/**
 * Returns to the queue the chats whose agent has not answered within the time, has left before answering, or whose access was
 * revoked.
 * @param answerWithin undefined: only those of agents whose access was revoked
 */
export async function takeBack(pool: Pool, answerWithin: number | undefined): Promise<Passed[]> {
  const { rows } = await pool.query<{
    session_id: string;
    assigned_to: string;
    assigned_name: string | null;
  }>(
    `select session_id, assigned_to, assigned_name from couture.chat_session s
     where state = 'active' and unanswered_since is not null
       and (assigned_at < now() - make_interval(secs => $1::float8) or ${isRevoked('s.assigned_to')}
         or $1::float8 is not null and ${hasLeft('s.assigned_to')})
     order by unanswered_since limit ${maxBatch}`,
    [answerWithin ?? null],
  );
  const passed: Passed[] = [];
  for (const { session_id, assigned_to, assigned_name } of rows) {
    const agent = { sub: assigned_to, name: assigned_name };
    // Undefined if it was answered, or moved on, in between.
    const session = await takeStep(pool, session_id, { to: 'pass', agent }, 'clock');
    if (session) passed.push({ session, agent });
  }
  return passed;
}
