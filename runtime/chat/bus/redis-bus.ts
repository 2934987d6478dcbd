// The bus over Redis pub/sub, where REDIS_URL is set. Redis loads when it is used, and nowhere else.
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
/** Redis takes half a gigabyte; wakes come in small pieces. */
const longest = 64_000;
/** Milliseconds in which a Redis that is there answers. */
const patience = 3_000;

/** @throws CoutureError `redis_unreachable` at the start; later it is waited for */
export function redisBus({ url, log, beat = 2_000 }: RedisBusOptions): OpenTransport {
  return async (inbox) => {
    const { createClient } = await import('redis');
    const own = `beat ${randomBytes(6).toString('base64url')}`;
    let awaited = false;
    const options = {
      url,
      // What is said to a Redis that is away is not kept for later: it is sent again, or found by sweeps.
      disableOfflineQueue: true,
      socket: {
        connectTimeout: patience,
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
      if (up && started) log.warn({ err: error }, 'Redis is lost; chats are looked for instead');
      up = false;
    };
    sender.on('error', lost);
    listener.on('error', lost);
    // Subscriptions are renewed by the client before it is ready again.
    listener.on('ready', () => {
      awaited = false;
      if (!up && started) log.info('Redis is there again');
      up = true;
      inbox.gap();
    });
    try {
      await within(Promise.all([sender.connect(), listener.connect()]));
      await within(
        listener.subscribe(channel, (payload: string) => {
          if (payload === own) awaited = false;
          else if (!payload.startsWith('beat ')) inbox.heard(payload);
        }),
      );
    } catch (cause) {
      sender.destroy();
      listener.destroy();
      const { host } = new URL(url);
      const { message: why } = (last ?? cause) as Error;
      throw new CoutureError(
        'redis_unreachable',
        `Redis at ${host} cannot be reached: ${why}`,
        'Check REDIS_URL, or unset it: then Postgres carries the bus.',
        { cause },
      );
    }
    started = true;
    const beating = setInterval(() => {
      // Said, and not heard by the next beat: whatever holds it up, the gap is looked into.
      if (awaited) inbox.gap();
      awaited = true;
      sender.publish(channel, own).catch(lost);
    }, beat).unref();
    return {
      longest,
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
  const late = delay(patience, undefined, { signal: stop.signal }).then(
    () => Promise.reject(new Error(`no answer within ${patience} ms`)),
    () => {},
  );
  try {
    await Promise.race([work, late]);
  } finally {
    stop.abort();
  }
}
