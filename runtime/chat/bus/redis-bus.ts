// The bus over Redis pub/sub, used when REDIS_URL is set. The client library is imported only here, and only then.
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { CoutureError } from '../../core/errors.ts';
import type { Log } from '../../core/log.ts';
import type { OpenTransport } from './bus.ts';

export interface RedisBusOptions {
  readonly url: string;
  readonly log: Log;
  /** Milliseconds between two heartbeats. */
  readonly beat?: number;
}

const channel = 'couture:chat';
/** Bytes per payload. Redis would take 512 MB; invalidations come in small pieces. */
const maxPayload = 64_000;
/** Milliseconds before an attempt to connect or subscribe fails. */
const connectTimeout = 3_000;

/** @throws CoutureError `redis_unreachable` at startup; connections lost later are retried */
export function redisBus({ url, log, beat = 2_000 }: RedisBusOptions): OpenTransport {
  return async (inbox) => {
    const { createClient } = await import('redis');
    const heartbeat = `beat ${randomBytes(6).toString('base64url')}`;
    let awaited = false;
    const options = {
      url,
      // Don't queue commands while disconnected: the bus resends them, or sweeps find what is missing.
      disableOfflineQueue: true,
      socket: {
        connectTimeout,
        keepAlive: true,
        reconnectStrategy: (tries: number) => Math.min(100 * 2 ** tries, 2_000),
      },
    };
    const sender = createClient(options);
    const listener = createClient(options);
    let [up, started] = [true, false];
    let last: unknown;
    const lost = (error: unknown) => {
      last = error;
      if (up && started)
        log.warn({ err: error }, 'chat bus lost Redis; sweeps of the database take its place');
      up = false;
    };
    sender.on('error', lost);
    listener.on('error', lost);
    // The client renews its subscriptions before it emits `ready`.
    listener.on('ready', () => {
      awaited = false;
      if (!up && started) log.info('chat bus reconnected to Redis');
      up = true;
      inbox.gap();
    });
    try {
      await within(Promise.all([sender.connect(), listener.connect()]));
      await within(
        listener.subscribe(channel, (payload: string) => {
          if (payload === heartbeat) awaited = false;
          else if (!payload.startsWith('beat ')) inbox.received(payload);
        }),
      );
    } catch (cause) {
      sender.destroy();
      listener.destroy();
      const { host } = new URL(url);
      const { message: why } = (last ?? cause) as Error;
      throw new CoutureError(
        'redis_unreachable',
        `Cannot reach Redis at ${host}: ${why}`,
        'Check REDIS_URL, or unset it to use Postgres as the bus.',
        { cause },
      );
    }
    started = true;
    const beating = setInterval(() => {
      // The previous heartbeat has not come back: whatever delays it, payloads may be lost too.
      if (awaited) inbox.gap();
      awaited = true;
      sender.publish(channel, heartbeat).catch(lost);
    }, beat).unref();
    return {
      maxPayload,
      send: async (payload) => void (await sender.publish(channel, payload)),
      close: async () => {
        clearInterval(beating);
        sender.destroy();
        listener.destroy();
      },
    };
  };
}

async function within(work: Promise<unknown>): Promise<void> {
  const stop = new AbortController();
  const late = delay(connectTimeout, undefined, { signal: stop.signal }).then(
    () => Promise.reject(new Error(`no answer within ${connectTimeout} ms`)),
    () => {},
  );
  try {
    await Promise.race([work, late]);
  } finally {
    stop.abort();
  }
}
