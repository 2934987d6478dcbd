// Several `couture serve` processes on one database, which tests can kill and restart.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { generateShop } from '../../fixtures/generate/generate-shop.ts';
import { loadConfig } from '../../runtime/core/config.ts';
import { type Log, openLog } from '../../runtime/core/log.ts';
import { type RunningServer, startServer } from '../../runtime/server.ts';
import { migrate } from '../../sql/migrate.ts';
import { packageRoot } from '../../sql/package-root.ts';
import { openClient } from '../../sql/pool.ts';
import { initPreset } from '../../sql/source/preset.ts';
import { metricsToken, secret } from './sample-server.ts';

/** Fills a database with a small shop and migrates it. */
export async function prepareChatShop(url: string): Promise<void> {
  const client = await openClient(url);
  try {
    await generateShop(client, { orders: 50, products: 10, customers: 5, seed: 3 });
    await initPreset(client, 'sample');
    await migrate(client);
  } finally {
    await client.end();
  }
}

/** Creates active chats, each of `shopper-<n>` and assigned to `agent-<n mod agents>`. Returns their ids. */
export async function makeChats(url: string, count: number, agents: number): Promise<string[]> {
  const client = await openClient(url);
  try {
    const { rows } = await client.query<{ session_id: string }>(
      `insert into couture.chat_session (visitor_key, name, state, assigned_to)
       select 'sub:shopper-' || n, 'Shopper ' || n, 'active', 'agent-' || n % $2::int
       from generate_series(0, $1::int - 1) n returning session_id`,
      [count, agents],
    );
    return rows.map((row) => row.session_id);
  } finally {
    await client.end();
  }
}

const settings = {
  COUTURE_JWT_SECRET: secret,
  COUTURE_METRICS_TOKEN: metricsToken,
  COUTURE_DRAIN: '50',
  COUTURE_RATE_LIMIT: '1000000',
  COUTURE_CHAT_RATE: '1000000',
  COUTURE_CHAT_SOCKETS: '100000',
  COUTURE_MAX_CONNECTIONS: '100000',
  COUTURE_LOG_LEVEL: 'warn',
};

export class ChatProcess {
  readonly #databaseUrl: string;
  readonly #env: Readonly<Record<string, string>>;
  #child: ChildProcess | undefined;
  #port = 0;
  /** Output on stderr so far. */
  log = '';

  constructor(databaseUrl: string, env: Readonly<Record<string, string>> = {}) {
    this.#databaseUrl = databaseUrl;
    this.#env = env;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get pid(): number {
    return this.#child!.pid!;
  }

  /** Listens on the port of the previous run, if there was one. */
  async start(): Promise<void> {
    const bin = path.join(packageRoot, 'bin', 'couture.js');
    const { PATH = '', HOME = '' } = process.env;
    const child = spawn(process.execPath, [bin, 'serve', '--port', String(this.#port), '--json'], {
      cwd: '/',
      env: { PATH, HOME, DATABASE_URL: this.#databaseUrl, ...settings, ...this.#env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    child.stderr!.on('data', (chunk) => (this.log += chunk));
    const [first] = (await Promise.race([
      once(child.stdout!, 'data'),
      once(child, 'exit').then(([code]) =>
        Promise.reject(new Error(`couture serve exited with ${code}: ${this.log}`)),
      ),
    ])) as [Buffer];
    this.#port = Number(new URL((JSON.parse(String(first)) as { url: string }).url).port);
  }

  /** Returns the exit code; null if it was killed. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
    const exited = once(child, 'exit');
    child.kill(signal);
    const [code] = (await exited) as [number | null];
    return code;
  }
}

/** As ChatProcess, but in this process, which takes a second of CPU less; for tests that end it in the orderly way. */
export class ServerHere {
  readonly #databaseUrl: string;
  readonly #env: Readonly<Record<string, string>>;
  readonly #log: Log;
  #server: RunningServer | undefined;
  #port = 0;

  constructor(databaseUrl: string, env: Readonly<Record<string, string>> = {}, log = openLog('silent')) {
    this.#databaseUrl = databaseUrl;
    this.#env = env;
    this.#log = log;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Listens on the port of the previous run, if there was one. */
  async start(): Promise<void> {
    const { config } = loadConfig({
      directory: '/',
      env: { ...settings, ...this.#env },
      flags: { port: this.#port },
    });
    this.#server = await startServer({ config, databaseUrl: this.#databaseUrl, log: this.#log });
    this.#port = Number(new URL(this.#server.url).port);
  }

  async end(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    await server?.close();
  }
}
