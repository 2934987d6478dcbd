// The bus over LISTEN/NOTIFY: one listening connection per process and one channel; NOTIFY runs after the commit, on
// another connection.
import { randomBytes } from 'node:crypto';
import { listen } from '../../../sql/listen.ts';
import type { Pool } from '../../../sql/pool.ts';
import { chatChannel, maxNotifyPayload, notifyChat } from '../../../sql/store/chat/notifications.ts';
import type { Log } from '../../core/log.ts';
import type { OpenTransport } from './bus.ts';

export interface PostgresBusOptions {
  readonly url: string;
  readonly pool: Pool;
  readonly log: Log;
  /** Milliseconds between two heartbeats. */
  readonly beat?: number;
}

/** Application name in pg_stat_activity. */
export const chatListenerName = 'couture chat listener';

/**
 * The listening connection notifies itself of each heartbeat and must receive it before the next one: a connection can
 * answer queries and yet receive no notifications (behind a pooler, after a lost LISTEN). Then it is replaced.
 */
export function postgresBus({ url, pool, log, beat = 2_000 }: PostgresBusOptions): OpenTransport {
  return async (inbox) => {
    const heartbeat = `beat ${randomBytes(6).toString('base64url')}`;
    let awaited = false;
    let up = true;
    const listener = await listen({
      url,
      applicationName: chatListenerName,
      channels: {
        [chatChannel]: (payload) => {
          if (payload === heartbeat) awaited = false;
          else if (!payload.startsWith('beat ')) inbox.received(payload);
        },
      },
      catchUp: async (client) => {
        if (awaited) throw new Error('the connection answers queries but receives no notifications');
        awaited = true;
        await notifyChat(client, heartbeat);
      },
      onState: (state, cause) => {
        awaited &&= state === 'listening';
        if (state === 'listening') inbox.gap();
        if (up !== (state === 'listening')) {
          up = state === 'listening';
          if (up) log.info('chat listener reconnected');
          else
            log.warn(
              { err: cause },
              'chat listener lost its connection; sweeps of the database take its place',
            );
        }
      },
      beat,
    });
    return {
      maxPayload: maxNotifyPayload,
      send: (payload) => notifyChat(pool, payload),
      close: () => listener.close(),
    };
  };
}
