// The NOTIFY channel on which processes publish invalidations and presence events of chats.
import type { Queryable } from '../../pool.ts';

export const chatChannel = 'couture_chat';

/** Maximum payload in bytes: Postgres accepts less than 8,000. */
export const maxNotifyPayload = 7_900;

export async function notifyChat(client: Queryable, payload: string): Promise<void> {
  await client.query('select pg_notify($1, $2)', [chatChannel, payload]);
}
