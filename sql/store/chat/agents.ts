// Agents who have opened the console: a chat can be assigned to any of them.
import type { Queryable } from '../../pool.ts';
import type { Agent } from './states.ts';

export async function seeAgent(client: Queryable, agent: Agent): Promise<void> {
  await client.query(
    `insert into couture.chat_agent (sub, name) values ($1, $2)
     on conflict (sub) do update set name = excluded.name, seen_at = now()`,
    [agent.sub, agent.name],
  );
}

export async function readAgents(client: Queryable): Promise<Agent[]> {
  const { rows } = await client.query<Agent & Record<string, unknown>>(
    `select sub, name from couture.chat_agent a
     where not exists (select from couture.revoked_subject r where r.sub = a.sub) order by name, sub`,
  );
  return rows;
}
