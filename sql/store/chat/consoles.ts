// Which agents have the console open, in any process: rows that each process renews, so that those of a killed one expire.
import type { Queryable } from '../../pool.ts';

/** An agent whose console is open in this process. */
export interface OpenConsole {
  readonly sub: string;
  /** Whether one of its pages is in the foreground. */
  readonly visible: boolean;
}

/** Seconds until the rows of a process that renews them no longer expire. */
const lease = 30;
/** Seconds for which an agent who has closed the last console keeps unanswered chats: a page reloads, a process restarts. */
const closingGrace = 20;

/** Stores the consoles of this process, all of them. @returns the states that these agents chose */
export async function holdConsoles(
  client: Queryable,
  process: string,
  consoles: readonly OpenConsole[],
): Promise<Map<string, AgentState>> {
  const { rows } = await client.query<{ sub: string; state: AgentState }>(
    `with held as (
       insert into couture.chat_console (process, sub, open, visible, until)
       select $1, sub, true, visible, now() + make_interval(secs => ${lease})
       from unnest($2::text[], $3::boolean[]) as c (sub, visible) order by sub
       on conflict (process, sub) do update
         set open = true, visible = excluded.visible, until = excluded.until
     ), left_behind as (
       update couture.chat_console
       set open = false, visible = false, until = now() + make_interval(secs => ${closingGrace})
       where process = $1 and open and sub <> all ($2::text[])
     ), expired as (
       delete from couture.chat_console where process <> $1 and until < now() - interval '1 hour'
     )
     select sub, state from couture.chat_agent where sub = any ($2::text[])`,
    [process, consoles.map(({ sub }) => sub), consoles.map(({ visible }) => visible)],
  );
  return new Map(rows.map(({ sub, state }) => [sub, state]));
}

export type AgentState = 'available' | 'away';

/** SQL: whether the agent with this subject has the console open. @param sub SQL of the subject */
export function hasConsole(sub: string): string {
  return `exists (select from couture.chat_console c where c.sub = ${sub} and c.open and c.until > now())`;
}

/** SQL: whether the agent has left: no console, not even one that was closed a moment ago. */
export function hasLeft(sub: string): string {
  return `not exists (select from couture.chat_console c where c.sub = ${sub} and c.until > now())`;
}

/** SQL: whether the agent is looking at the console. */
export function seesConsole(sub: string): string {
  return `exists (select from couture.chat_console c where c.sub = ${sub} and c.visible and c.until > now())`;
}

/** Whether an agent who is not away has the console open. */
export async function isAgentAvailable(client: Queryable): Promise<boolean> {
  const { rows } = await client.query<{ here: boolean }>(
    `select exists (select from couture.chat_agent a where state = 'available' and ${hasConsole('a.sub')}) as here`,
  );
  return rows[0]!.here;
}
