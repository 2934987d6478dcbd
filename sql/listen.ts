// One connection that LISTENs while the process runs. Notifications arrive at once; `catchUp` runs after every (re)connect
// and at an interval, so that a lost notification is late but never missed.
import { setTimeout as delay } from 'node:timers/promises';
import { type Client, openClient, quoteIdentifier } from './pool.ts';

export interface ListenOptions {
  readonly url: string;
  readonly applicationName: string;
  /** Channel → handler of its payloads. */
  readonly channels: Readonly<Record<string, (payload: string) => void>>;
  /** Reads the current state from the database, after every connect and at each beat. */
  readonly catchUp: (client: Client) => Promise<void>;
  /** Called when the connection is up or lost; while it is down, what was received before may be out of date. */
  readonly onState: (state: 'listening' | 'lost', cause?: unknown) => void;
  /** Milliseconds between two beats. */
  readonly beat?: number;
}

export interface Listener {
  close(): Promise<void>;
}

/** Upper bound of the backoff between two connects, in milliseconds. */
const maxBackoff = 2_000;
/** Milliseconds after which a beat without an answer means that the connection is dead. */
const beatTimeout = 2_000;

/** Starts listening. Resolves after the first attempt to connect; if that fails, it keeps retrying. */
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
    pause = Math.min(pause * 2, maxBackoff);
  }
}

/** Listens until the signal aborts. @throws the cause when the connection ends */
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
    // A dead connection cannot close cleanly; don't let it delay the next one.
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
