// Teams of agents. A chat of a team waits in its queue; a chat without a team is for every agent.
import { inTransaction, type Queryable } from '../../pool.ts';

/**
 * How a chat gets to a team: shoppers choose it before the chat, a page of the shop names it, or only agents move chats to
 * it.
 */
export const teamIntakes = ['choice', 'page', 'transfer'] as const;
export type TeamIntake = (typeof teamIntakes)[number];

export interface TeamRow {
  readonly team_id: string;
  readonly name: string;
  readonly intake: TeamIntake;
  /** Seconds until the first response; null: as configured. */
  readonly target: number | null;
  /** Subjects of its agents. */
  readonly members: readonly string[];
  /** Chats in its queue. */
  readonly waiting: number;
}

export async function readTeams(client: Queryable): Promise<TeamRow[]> {
  const { rows } = await client.query<TeamRow>(
    `select team_id, name, intake, target,
       array(select sub from couture.chat_team_member m where m.team_id = t.team_id order by sub) as members,
       (select count(*)::int from couture.chat_session s
        where s.team_id = t.team_id and s.state = 'waiting' and s.last_seq > 0) as waiting
     from couture.chat_team t order by name, team_id`,
  );
  return rows;
}

/** Teams that shoppers may choose from, or that pages may name. */
export async function openTeams(
  client: Queryable,
): Promise<Array<Pick<TeamRow, 'team_id' | 'name' | 'intake'>>> {
  const { rows } = await client.query<Pick<TeamRow, 'team_id' | 'name' | 'intake'>>(
    `select team_id, name, intake from couture.chat_team where intake <> 'transfer' order by name, team_id`,
  );
  return rows;
}

/** Undefined leaves a value as it is. */
export interface TeamChange {
  readonly name?: string | undefined;
  readonly intake?: TeamIntake | undefined;
  readonly target?: number | null | undefined;
  /** Subjects of all members; the others leave. */
  readonly members?: readonly string[] | undefined;
}

/** Creates or changes a team. @returns whether it was created */
export async function setTeam(client: Queryable, id: string, change: TeamChange): Promise<boolean> {
  return inTransaction(client, async () => {
    const { rows } = await client.query<{ made: boolean }>(
      `insert into couture.chat_team as t (team_id, name, intake, target)
       values ($1, coalesce($2, $1), coalesce($3, 'choice'), $4)
       on conflict (team_id) do update set name = coalesce($2, t.name), intake = coalesce($3, t.intake),
         target = case when $5 then $4 else t.target end
       returning xmax = 0 as made`,
      [id, change.name ?? null, change.intake ?? null, change.target ?? null, change.target !== undefined],
    );
    if (change.members) {
      await client.query(
        'delete from couture.chat_team_member where team_id = $1 and sub <> all ($2::text[])',
        [id, change.members],
      );
      await client.query(
        `insert into couture.chat_team_member (team_id, sub) select $1, unnest($2::text[]) on conflict do nothing`,
        [id, change.members],
      );
    }
    return rows[0]!.made;
  });
}

/** Its chats stay, without a team; their new version tells consoles. @returns false if there is none */
export async function removeTeam(client: Queryable, id: string): Promise<boolean> {
  return inTransaction(client, async () => {
    // Locks chats in the order of their ids, as everything that locks several does; the foreign key has no order.
    await client.query(
      `with own as (
         select session_id from couture.chat_session where team_id = $1 order by session_id for no key update)
       update couture.chat_session s set team_id = null, version = version + 1 from own where s.session_id = own.session_id`,
      [id],
    );
    const { rowCount } = await client.query('delete from couture.chat_team where team_id = $1', [id]);
    return rowCount === 1;
  });
}
