// Deliveries of webhooks: taken by one process at a time, settled, listed, and removed after a while.
import { type Pool, type Queryable, transact } from '../../pool.ts';

/** An event that is due, with its receiver. */
export interface DueDelivery {
  readonly webhook_id: number;
  readonly event_id: string;
  /** Including the one that begins. */
  readonly attempts: number;
  readonly message_id: string;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly happened_at: Date;
  readonly url: string;
  readonly private: boolean;
  readonly secret: Buffer;
  readonly old_secret: Buffer | null;
  /** Whether the receiver gets the texts of messages. */
  readonly texts: boolean;
  /** The text of a message; null unless it is one of text and the receiver gets them. */
  readonly text: string | null;
}

export interface TakeLimits {
  /** Deliveries at most. */
  readonly limit: number;
  /** Deliveries in flight to one receiver, over all processes. */
  readonly perReceiver: number;
  /** Seconds for which no other process takes them: longer than an attempt. */
  readonly leaseSeconds: number;
}

/** SQL: whether delivery d can be sent now. */
const due = `d.state = 'waiting' and d.next_at <= now() and (d.leased_until is null or d.leased_until <= now())`;

const receivers = `select w.webhook_id, w.failing_since is not null as failing from couture.webhook w
  where w.disabled_at is null and exists (select from couture.webhook_delivery d where d.webhook_id = w.webhook_id and ${due})`;

/**
 * Takes deliveries that are due, oldest first. Of a chat's events, one is in flight to a receiver at a time, and a later one
 * goes first only while the earlier waits for a retry. A receiver that fails gets one at a time. If this process dies, the
 * deliveries are due again when the lease ends.
 */
export async function takeDeliveries(
  pool: Pool,
  { limit, perReceiver, leaseSeconds }: TakeLimits,
): Promise<DueDelivery[]> {
  if ((await pool.query(`${receivers} limit 1`)).rowCount === 0) return [];
  return transact(pool, async (client) => {
    // A statement of its own: the next one then sees what other processes have in flight.
    const { rows: free } = await client.query<{ webhook_id: number; failing: boolean }>(
      `${receivers} order by w.webhook_id for no key update skip locked`,
    );
    const { rows } = await client.query<DueDelivery>(
      `with taken as (
         select d.webhook_id, d.event_id from unnest($1::int[], $2::int[]) as r (webhook_id, slots)
         cross join lateral (
           select d.webhook_id, d.event_id from couture.webhook_delivery d
           where d.webhook_id = r.webhook_id and ${due} and not exists (
             select from couture.webhook_delivery e
             where e.webhook_id = d.webhook_id and e.session_id = d.session_id and e.event_id < d.event_id
               and e.state = 'waiting' and e.next_at <= now())
           order by d.event_id
           limit greatest(0, r.slots - (select count(*)::int from couture.webhook_delivery f
             where f.webhook_id = r.webhook_id and f.leased_until > now()))
           for update skip locked
         ) d
         order by d.event_id limit $3
       ), leased as (
         update couture.webhook_delivery d
         set attempts = attempts + 1, leased_until = now() + make_interval(secs => $4), tried_at = now()
         from taken t where d.webhook_id = t.webhook_id and d.event_id = t.event_id returning d.*
       )
       select l.webhook_id, l.event_id::text, l.attempts, e.message_id, e.type, e.data, e.happened_at, w.url, w.private,
         w.secret, case when w.old_until > now() then w.old_secret end as old_secret, w.texts,
         case when w.texts and m.kind = 'text' then m.body end as text
       from leased l join couture.webhook w using (webhook_id) join couture.webhook_event e using (event_id)
       left join couture.chat_message m on e.type = 'chat.message' and m.session_id = e.session_id and m.seq = e.seq
       order by l.event_id, l.webhook_id`,
      [
        free.map(({ webhook_id }) => webhook_id),
        free.map(({ failing }) => (failing ? 1 : perReceiver)),
        limit,
        leaseSeconds,
      ],
    );
    return rows;
  });
}

/** What came of one attempt. */
export interface Attempt {
  readonly accepted: boolean;
  /** Null if there was no answer. */
  readonly status: number | null;
  readonly error: string | null;
  readonly milliseconds: number;
  /** Seconds until the next attempt; null gives the delivery up. */
  readonly retryIn: number | null;
  /** Why the receiver is disabled; null if it is not. */
  readonly disable: string | null;
}

/** What has changed for the receiver. */
export interface Settled {
  /** It has begun to fail. */
  readonly began?: true;
  /** It accepts events again. */
  readonly ended?: true;
  /** It was disabled, and why. */
  readonly disabled?: string;
}

/** How long a receiver may accept nothing before it is disabled. */
const maxFailing = '3 days';

/** Settles an attempt, unless another process has begun a later one since. */
export async function settleDelivery(
  client: Queryable,
  { webhook_id, event_id, attempts }: Pick<DueDelivery, 'webhook_id' | 'event_id' | 'attempts'>,
  { accepted, status, error, milliseconds, retryIn, disable }: Attempt,
): Promise<Settled> {
  await client.query(
    `update couture.webhook_delivery set leased_until = null, status = $4, error = $5, took_ms = $6,
       state = case when $7 then 'delivered' when $8::float8 is null then 'failed' else 'waiting' end,
       next_at = now() + make_interval(secs => coalesce($8, 0))
     where webhook_id = $1 and event_id = $2 and attempts = $3 and state = 'waiting'`,
    [webhook_id, event_id, attempts, status, error?.slice(0, 200) ?? null, milliseconds, accepted, retryIn],
  );
  if (accepted) {
    const { rowCount } = await client.query(
      'update couture.webhook set failing_since = null where webhook_id = $1 and failing_since is not null',
      [webhook_id],
    );
    return rowCount === 1 ? { ended: true } : {};
  }
  const began = await client.query(
    'update couture.webhook set failing_since = now() where webhook_id = $1 and failing_since is null',
    [webhook_id],
  );
  const { rows } = await client.query<{ disabled_why: string }>(
    `update couture.webhook set disabled_at = now(),
       disabled_why = coalesce($2, 'accepted nothing for ${maxFailing}')
     where webhook_id = $1 and disabled_at is null and ($2::text is not null or failing_since < now() - interval '${maxFailing}')
     returning disabled_why`,
    [webhook_id, disable],
  );
  return {
    ...(began.rowCount === 1 ? { began: true as const } : {}),
    ...(rows[0] ? { disabled: rows[0].disabled_why } : {}),
  };
}

/** Gives an attempt back that this process could not finish; the delivery is due now. */
export async function releaseDelivery(
  client: Queryable,
  { webhook_id, event_id, attempts }: Pick<DueDelivery, 'webhook_id' | 'event_id' | 'attempts'>,
): Promise<void> {
  await client.query(
    `update couture.webhook_delivery set leased_until = null, next_at = now(), attempts = attempts - 1
     where webhook_id = $1 and event_id = $2 and attempts = $3 and state = 'waiting'`,
    [webhook_id, event_id, attempts],
  );
}

/** Days for which events and their deliveries are kept, delivered or not. */
export const logDays = 14;
/** Events of one statement. */
const pruneBatch = 5_000;

/** Removes events that are older than `logDays`, with their deliveries. @returns their number */
export async function pruneWebhookEvents(client: Queryable): Promise<number> {
  for (let sum = 0; ; ) {
    const { rowCount } = await client.query(
      `delete from couture.webhook_event where event_id in (
         select event_id from couture.webhook_event where happened_at < now() - interval '${logDays} days' limit ${pruneBatch})`,
    );
    sum += rowCount ?? 0;
    if ((rowCount ?? 0) < pruneBatch) return sum;
  }
}

export interface LoggedDelivery {
  readonly webhook_id: number;
  readonly message_id: string;
  readonly type: string;
  readonly happened_at: Date;
  readonly state: 'waiting' | 'delivered' | 'failed';
  readonly attempts: number;
  readonly status: number | null;
  readonly error: string | null;
  readonly took_ms: number | null;
  readonly tried_at: Date | null;
  /** Null unless it waits. */
  readonly next_at: Date | null;
}

/** The newest deliveries, of one receiver or all. */
export async function loggedDeliveries(
  client: Queryable,
  filter: { readonly webhookId: number | undefined; readonly problems: boolean; readonly limit: number },
): Promise<LoggedDelivery[]> {
  const { rows } = await client.query<LoggedDelivery>(
    `select d.webhook_id, e.message_id, e.type, e.happened_at, d.state, d.attempts, d.status, d.error, d.took_ms, d.tried_at,
       case when d.state = 'waiting' then d.next_at end as next_at
     from couture.webhook_delivery d join couture.webhook_event e using (event_id)
     where ($1::int is null or d.webhook_id = $1) and (not $2 or d.state = 'failed' or d.state = 'waiting' and d.attempts > 0)
     order by d.event_id desc, d.webhook_id limit $3`,
    [filter.webhookId ?? null, filter.problems, filter.limit],
  );
  return rows;
}
