// Receivers of webhooks: added, listed, given new secrets, enabled and removed.
import { randomBytes } from 'node:crypto';
import type { Queryable } from '../../pool.ts';

export interface NewReceiver {
  readonly url: string;
  readonly events: readonly string[];
  readonly texts: boolean;
  readonly private: boolean;
  readonly orderDays: number;
}

/** A receiver, without its secrets. */
export interface ReceiverRow {
  readonly webhook_id: number;
  readonly url: string;
  readonly events: readonly string[];
  readonly texts: boolean;
  readonly private: boolean;
  readonly order_days: number;
  readonly old_until: Date | null;
  readonly failing_since: Date | null;
  readonly disabled_at: Date | null;
  readonly disabled_why: string | null;
  readonly created_at: Date;
}

/** Receivers at most: each can hold one connection of a process while it does not answer. */
export const maxReceivers = 20;
/** Bytes of a secret; Standard Webhooks asks for 24 to 64. */
const secretBytes = 32;
/** Advisory lock of `addReceiver`; spells "hook". */
const addLock = 0x686f6f6b;

const columns = `webhook_id, url, events, texts, private, order_days, case when old_until > now() then old_until end as old_until,
  failing_since, disabled_at, disabled_why, created_at`;

/** @returns the receiver's id and secret; undefined if there are `maxReceivers` */
export async function addReceiver(
  client: Queryable,
  receiver: NewReceiver,
): Promise<{ webhook_id: number; secret: Buffer } | undefined> {
  await client.query('select pg_advisory_xact_lock($1)', [addLock]);
  const secret = randomBytes(secretBytes);
  const { rows } = await client.query<{ webhook_id: number }>(
    `insert into couture.webhook (url, events, texts, private, order_days, secret)
     select $1, $2, $3, $4, $5, $6 where (select count(*) from couture.webhook) < ${maxReceivers} returning webhook_id`,
    [receiver.url, receiver.events, receiver.texts, receiver.private, receiver.orderDays, secret],
  );
  return rows[0] && { webhook_id: rows[0].webhook_id, secret };
}

export async function readReceivers(client: Queryable): Promise<ReceiverRow[]> {
  const { rows } = await client.query<ReceiverRow>(
    `select ${columns} from couture.webhook order by webhook_id`,
  );
  return rows;
}

export interface ReceiverCounts {
  readonly webhook_id: number;
  readonly waiting: number;
  readonly delivered: number;
  readonly failed: number;
}

/** Deliveries that wait, and those of the last day that were delivered or given up. Receivers without any are left out. */
export async function receiverCounts(client: Queryable): Promise<ReceiverCounts[]> {
  const { rows } = await client.query<ReceiverCounts>(
    `select webhook_id, (count(*) filter (where state = 'waiting'))::int as waiting,
       (count(*) filter (where state = 'delivered' and tried_at > now() - interval '1 day'))::int as delivered,
       (count(*) filter (where state = 'failed' and tried_at > now() - interval '1 day'))::int as failed
     from couture.webhook_delivery group by 1`,
  );
  return rows;
}

/** The secrets that sign now, the newest first; undefined if there is no such receiver. */
export async function secretsOf(client: Queryable, id: number): Promise<Buffer[] | undefined> {
  const { rows } = await client.query<{ secret: Buffer; old_secret: Buffer | null }>(
    `select secret, case when old_until > now() then old_secret end as old_secret from couture.webhook where webhook_id = $1`,
    [id],
  );
  return rows[0] && [rows[0].secret, ...(rows[0].old_secret ? [rows[0].old_secret] : [])];
}

/**
 * Makes a new secret. Requests are signed with the previous one as well for this many seconds; older secrets are dropped at once.
 * @returns the secret; undefined if there is no such receiver
 */
export async function rotateSecret(
  client: Queryable,
  id: number,
  keepSeconds: number,
): Promise<Buffer | undefined> {
  const secret = randomBytes(secretBytes);
  const { rowCount } = await client.query(
    `update couture.webhook set old_secret = secret, old_until = now() + make_interval(secs => $3), secret = $2
     where webhook_id = $1`,
    [id, secret, keepSeconds],
  );
  return rowCount === 1 ? secret : undefined;
}

/** Sends to a disabled receiver again, now; what has waited too long is given up after one more attempt. */
export async function enableReceiver(client: Queryable, id: number): Promise<boolean> {
  const { rowCount } = await client.query(
    `with enabled as (
       update couture.webhook set disabled_at = null, disabled_why = null, failing_since = null
       where webhook_id = $1 returning webhook_id
     ), due as (
       update couture.webhook_delivery d set next_at = now() from enabled e
       where d.webhook_id = e.webhook_id and d.state = 'waiting'
     )
     select from enabled`,
    [id],
  );
  return rowCount === 1;
}

/** Removes a receiver with its log and what waits for it. */
export async function removeReceiver(client: Queryable, id: number): Promise<boolean> {
  const { rowCount } = await client.query('delete from couture.webhook where webhook_id = $1', [id]);
  return rowCount === 1;
}
