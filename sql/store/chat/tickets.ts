// Single-use tickets for sockets: the first use deletes a ticket, and expired ones are rejected.
import type { Queryable } from '../../pool.ts';

export interface TicketHolder {
  /** Null for the agents' console. */
  readonly sessionId: string | null;
  /** The principal of the token; null for the guest of the session. */
  readonly principal: Record<string, unknown> | null;
}

export async function issueTicket(
  client: Queryable,
  ticketHash: Buffer,
  holder: TicketHolder,
  seconds: number,
): Promise<void> {
  await client.query(
    `insert into couture.chat_ticket (ticket_hash, session_id, principal, expires_at)
     values ($1, $2, $3, now() + make_interval(secs => $4))`,
    [ticketHash, holder.sessionId, holder.principal && JSON.stringify(holder.principal), seconds],
  );
}

/** Undefined if the ticket is unknown, used or expired. */
export async function useTicket(client: Queryable, ticketHash: Buffer): Promise<TicketHolder | undefined> {
  const { rows } = await client.query<{ holder: TicketHolder; fresh: boolean }>(
    `delete from couture.chat_ticket where ticket_hash = $1
     returning jsonb_build_object('sessionId', session_id, 'principal', principal) as holder, expires_at > now() as fresh`,
    [ticketHash],
  );
  return rows[0]?.fresh ? rows[0].holder : undefined;
}
