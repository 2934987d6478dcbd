// Browsers of agents that are notified while the console is closed. A device counts as long as the token with which it was
// registered: until that expires, its owner signs out, or the subject is revoked.
import type { Queryable } from '../../pool.ts';
import { seesConsole } from './consoles.ts';

export interface NewDevice {
  readonly sub: string;
  readonly endpoint: string;
  readonly origin: string;
  readonly p256dh: string;
  readonly auth: string;
  readonly keyId: string;
  readonly locale: string | null;
  readonly tokenHash: string | null;
  readonly expiresAt: Date;
}

export interface AgentDevice {
  readonly device_id: string;
  readonly sub: string;
  readonly endpoint: string;
  readonly p256dh: string;
  readonly auth: string;
  readonly key_id: string;
  readonly locale: string | null;
  /** Whether its push service has accepted a message before. */
  readonly proven: boolean;
}

/** Devices of one agent; a new one replaces the oldest. */
const maxDevices = 8;
/** Seconds between two messages about chats that wait, for each device. */
const waitingPause = 60;

/** @returns false if the endpoint is another agent's */
export async function saveDevice(client: Queryable, device: NewDevice): Promise<boolean> {
  const { rowCount } = await client.query(
    `insert into couture.chat_agent_device as d
       (sub, endpoint, origin, p256dh, auth, key_id, locale, token_hash, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     on conflict (endpoint) do update set sub = excluded.sub, origin = excluded.origin, p256dh = excluded.p256dh,
       auth = excluded.auth, key_id = excluded.key_id, locale = excluded.locale, token_hash = excluded.token_hash,
       expires_at = excluded.expires_at
     where d.auth = excluded.auth or d.sub = excluded.sub`,
    [
      device.sub,
      device.endpoint,
      device.origin,
      device.p256dh,
      device.auth,
      device.keyId,
      device.locale,
      device.tokenHash,
      device.expiresAt,
    ],
  );
  await client.query(
    `delete from couture.chat_agent_device where expires_at < now() or device_id in (
       select device_id from couture.chat_agent_device where sub = $1 order by device_id desc offset ${maxDevices})`,
    [device.sub],
  );
  return rowCount === 1;
}

/** Removes the device if it is the agent's. */
export async function removeDevice(client: Queryable, sub: string, endpoint: string): Promise<void> {
  await client.query('delete from couture.chat_agent_device where sub = $1 and endpoint = $2', [
    sub,
    endpoint,
  ]);
}

export async function removeDevices(client: Queryable, ids: readonly string[]): Promise<void> {
  if (ids.length > 0)
    await client.query('delete from couture.chat_agent_device where device_id = any ($1::bigint[])', [ids]);
}

export async function noteAccepted(client: Queryable, ids: readonly string[]): Promise<void> {
  if (ids.length > 0)
    await client.query(
      'update couture.chat_agent_device set accepted_at = now() where device_id = any ($1::bigint[]) and accepted_at is null',
      [ids],
    );
}

/** The devices of these agents, except of those who are looking at the console. */
export async function devicesOf(client: Queryable, subs: readonly string[]): Promise<AgentDevice[]> {
  const { rows } = await client.query<AgentDevice>(
    `select ${columns} from couture.chat_agent_device d where sub = any ($1::text[]) and ${counts} order by device_id`,
    [subs],
  );
  return rows;
}

/**
 * Takes the devices that may be notified of a chat that waits: of available members of its team, or of all available agents,
 * who are not looking at the console; each at most once a minute.
 */
export async function takeDevicesFor(client: Queryable, team: string | null): Promise<AgentDevice[]> {
  const { rows } = await client.query<AgentDevice>(
    `update couture.chat_agent_device d set nudged_at = now()
     where (nudged_at is null or nudged_at < now() - interval '${waitingPause} s') and ${counts}
       and not exists (select from couture.chat_agent a where a.sub = d.sub and a.state = 'away')
       and ($1::text is null or exists (select from couture.chat_team_member m where m.team_id = $1 and m.sub = d.sub))
     returning ${columns}`,
    [team],
  );
  return rows;
}

const columns =
  'device_id::text, sub, endpoint, p256dh, auth, key_id, locale, accepted_at is not null as proven';

const counts = `expires_at > now() and not ${seesConsole('d.sub')}
  and not exists (select from couture.revoked_subject r where r.sub in (d.sub, 'signed out ' || d.token_hash,
    'hashed ' || encode(sha256(convert_to(d.sub, 'UTF8')), 'hex')))`;
