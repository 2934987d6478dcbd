// The bus over LISTEN/NOTIFY: one connection a process that listens on one channel, NOTIFY after commit and elsewhere.
import { randomBytes } from 'node:crypto';
import { listen } from '../../../sql/listen.ts';
import type { Pool } from '../../../sql/pool.ts';
import { chatChannel, longestPayload, notifyChat } from '../../../sql/store/chat/wakes.ts';
import type { Log } from '../../core/log.ts';
import type { OpenTransport } from './bus.ts';

export interface PostgresBusOptions {
  readonly url: string;
  readonly pool: Pool;
  readonly log: Log;
  /** Milliseconds between two heartbeats. */
  readonly beat?: number;
}

/** Shows in pg_stat_activity. */
export const chatListenerName = 'couture chat listener';

/**
 * Each beat is notified on the listening connection itself, and must have been heard by the next one: a connection can
 * answer queries and hear nothing (behind a pooler, after a lost LISTEN). Then it is made anew.
 */
export function postgresBus({ url, pool, log, beat = 2_000 }: PostgresBusOptions): OpenTransport {
  return async (inbox) => {
    const own = `beat ${randomBytes(6).toString('base64url')}`;
    let awaited = false;
    let up = true;
    const listener = await listen({
      url,
      applicationName: chatListenerName,
      channels: {
        [chatChannel]: (payload) => {
          if (payload === own) awaited = false;
          else if (!payload.startsWith('beat ')) inbox.heard(payload);
        },
      },
      catchUp: async (client) => {
        if (awaited) throw new Error('it answers, and hears no notification');
        awaited = true;
        await notifyChat(client, own);
      },
      onState: (state, cause) => {
        awaited &&= state === 'listening';
        if (state === 'listening') inbox.gap();
        if (up !== (state === 'listening')) {
          up = state === 'listening';
          if (up) log.info('the connection that hears of chats stands again');
          else
            log.warn(
              { err: cause },
              'the connection that hears of chats is lost; chats are looked for instead',
            );
        }
      },
      beat,
    });
    return {
      longest: longestPayload,
      send: (payload) => notifyChat(pool, payload),
      close: () => listener.close(),
    };
  };
}
