// One connection that LISTENs, for as long as a process lives: notified at once, and told to catch up after every
// (re)connect and on a beat, so that a notification that was lost is late and never missed.
import { setTimeout as delay } from 'node:timers/promises';
import { type Client, openClient, quoteIdentifier } from './pool.ts';

export interface ListenOptions {
  readonly url: string;
  readonly applicationName: string;
  /** Channel → what to do with a payload. */
  readonly channels: Readonly<Record<string, (payload: string) => void>>;
  /** Reads the truth from the database: after every connect, and on every beat. */
  readonly catchUp: (client: Client) => Promise<void>;
  /** Told when the connection stands or falls; while it is down, nothing that was heard may be trusted. */
  readonly onState: (state: 'listening' | 'lost', cause?: unknown) => void;
  /** Milliseconds between beats. */
  readonly beat?: number;
}

export interface Listener {
  close(): Promise<void>;
}

/** Longest pause between two attempts to connect, in milliseconds. */
const longestPause = 2_000;
/** A beat that takes longer has found a connection that is dead without saying so. */
const beatTimeout = 2_000;

/** Starts listening; returns after the first connect, or when it has failed (it goes on trying). */
export async function listen(options: ListenOptions): Promise<Listener> {
  const stop = new AbortController();
  let started = (): void => {};
  const first = new Promise<void>((resolve) => (started = resolve));
  const running = run(options, stop.signal, () => started());
  await first;
  return {
    close: async () => {
      stop.abort();
      await running;
    },
  };
}

async function run(options: ListenOptions, signal: AbortSignal, attempted: () => void): Promise<void> {
  let pause = 100;
  while (!signal.aborted) {
    try {
      await listenOnce(options, signal, () => {
        pause = 100;
        attempted();
      });
    } catch (cause) {
      if (!signal.aborted) options.onState('lost', cause);
    }
    attempted();
    await delay(pause, undefined, { signal }).catch(() => {});
    pause = Math.min(pause * 2, longestPause);
  }
}

/** Listens until the connection ends, throwing why, or until the signal says stop. */
async function listenOnce(options: ListenOptions, signal: AbortSignal, ready: () => void): Promise<void> {
  const client = await openClient(options.url, {
    applicationName: options.applicationName,
    connectTimeout: beatTimeout,
  });
  const ended = new AbortController();
  const end = (cause?: unknown) => ended.abort(cause ?? new Error('the connection ended'));
  client.on('error', end).on('end', () => end());
  client.on('notification', ({ channel, payload }) => options.channels[channel]?.(payload ?? ''));
  const wake = AbortSignal.any([signal, ended.signal]);
  try {
    for (const channel of Object.keys(options.channels)) {
      await beatWithin(client.query(`listen ${quoteIdentifier(channel)}`), wake);
    }
    await beatWithin(options.catchUp(client), wake);
    options.onState('listening');
    ready();
    while (!wake.aborted) {
      await delay(options.beat ?? 1_000, undefined, { signal: wake }).catch(() => {});
      if (!wake.aborted) await beatWithin(options.catchUp(client), wake);
    }
    if (ended.signal.aborted) throw ended.signal.reason;
  } finally {
    // A dead connection cannot say goodbye; waiting for it would hold up the next one.
    await Promise.race([client.end().catch(() => {}), delay(500)]);
  }
}

async function beatWithin(work: Promise<unknown>, signal: AbortSignal): Promise<void> {
  const done = new AbortController();
  const late = delay(beatTimeout, undefined, { signal: AbortSignal.any([signal, done.signal]) }).then(() => {
    throw new Error(`no answer within ${beatTimeout} ms`);
  });
  late.catch(() => {});
  try {
    await Promise.race([work, late]);
  } finally {
    done.abort();
  }
}
