// Starts and stops the runtime: database, storefront, application, socket; released last in, first out.
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { requireMigrated } from '../sql/migrate.ts';
import { openClient, openPool } from '../sql/pool.ts';
import { readIdTypes } from '../sql/store/key-types.ts';
import { createApp } from './app.ts';
import type { Log } from './core/log.ts';
import type { Config } from './core/options.ts';
import { ReleaseStack } from './core/release.ts';
import { EventBuffer } from './http/event-buffer.ts';
import { Storefront } from './http/recommendations/storefront.ts';

export interface ServerOptions {
  readonly config: Config;
  readonly databaseUrl: string;
  readonly log: Log;
}

export interface RunningServer {
  /** Where it listens: http://127.0.0.1:3000. */
  readonly url: string;
  /** Stops listening, lets running requests end, closes what it opened. Safe to call twice. */
  close(): Promise<void>;
}

/**
 * Starts the runtime on `config.host` and `config.port`.
 * @throws Fault `postgres_unreachable`, `migration_missing`; CoutureError `port_taken`
 */
export async function startServer({ config, databaseUrl, log }: ServerOptions): Promise<RunningServer> {
  const release = new ReleaseStack();
  try {
    const client = await openClient(databaseUrl, { applicationName: 'couture runtime' });
    await requireMigrated(client).finally(() => client.end());
    const pool = openPool(databaseUrl, {
      applicationName: 'couture runtime',
      max: config.poolSize,
      statementTimeout: config.statementTimeout,
      connectTimeout: 1_000,
    });
    release.defer('the pool', () => pool.end());
    const found = await readIdTypes(pool);
    const storefront = new Storefront({
      pool,
      url: databaseUrl,
      ids: { product: found.product ?? 'text', customer: found.customer ?? 'text' },
      cardAge: config.cardAge,
      cacheMemory: config.cacheMemory,
      log,
    });
    await storefront.start();
    release.defer('the storefront', () => storefront.close());
    const eventBuffer = new EventBuffer(pool, log);
    release.defer('the events', () => eventBuffer.close());
    const app = createApp({ config, log, storefront, identify: async () => undefined, eventBuffer });
    const server = http.createServer(app.callback());
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(config.port, config.host, resolve);
    });
    release.defer('the socket', () => new Promise((resolve) => server.close(resolve)));
    const { port } = server.address() as AddressInfo;
    return { url: `http://${config.host}:${port}`, close: () => release.close() };
  } catch (error) {
    await release.close();
    throw error;
  }
}
