// Agents who have opened the console, with their state and capacity: a chat can be assigned to any of them.
import type { Queryable } from '../../pool.ts';
import { type AgentState, hasConsole } from './consoles.ts';
import { isRevoked } from './revoked-subjects.ts';
import type { Agent } from './states.ts';

export interface AgentRow extends Agent {
  /** As the agent chose; one without an open console counts as away whatever they chose. */
  readonly state: AgentState;
  readonly online: boolean;
  /** Open chats at a time; null: as configured. */
  readonly capacity: number | null;
  /** Chats that they have now. */
  readonly open_chats: number;
  readonly teams: readonly string[];
}

/** SQL: how many open chats an agent has. @param sub SQL of the agent's subject */
export function openChats(sub: string): string {
  return `(select count(*)::int from couture.chat_session o where o.state = 'active' and o.assigned_to = ${sub} and o.snoozed_until is null)`;
}

export async function seeAgent(client: Queryable, agent: Agent): Promise<void> {
  await client.query(
    `insert into couture.chat_agent (sub, name) values ($1, $2)
     on conflict (sub) do update set name = excluded.name, seen_at = now()`,
    [agent.sub, agent.name],
  );
}

/** Agents that a chat can be assigned to. */
export async function readAgents(client: Queryable): Promise<AgentRow[]> {
  const { rows } = await client.query<AgentRow>(
    `select sub, name, state, capacity, ${hasConsole('a.sub')} as online,
       ${openChats('a.sub')} as open_chats,
       array(select team_id from couture.chat_team_member m where m.sub = a.sub order by team_id) as teams
     from couture.chat_agent a
     where not ${isRevoked('a.sub')} order by name, sub`,
  );
  return rows;
}

/** Creates the agent's row if they have not opened the console yet. */
export async function setAgentState(client: Queryable, agent: Agent, state: AgentState): Promise<void> {
  await client.query(
    `insert into couture.chat_agent (sub, name, state) values ($1, $2, $3)
     on conflict (sub) do update set state = excluded.state, name = coalesce(excluded.name, chat_agent.name)`,
    [agent.sub, agent.name, state],
  );
}

/** @param capacity null: as configured @returns false if no such agent has opened the console */
export async function setCapacity(client: Queryable, sub: string, capacity: number | null): Promise<boolean> {
  const { rowCount } = await client.query('update couture.chat_agent set capacity = $2 where sub = $1', [
    sub,
    capacity,
  ]);
  return rowCount === 1;
}
