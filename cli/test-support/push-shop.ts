// The sample shop with customers whose browsers are subscribed at a local push service, and `couture push`.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { certificate } from '../../fixtures/local-certificate.ts';
import { addPair, type KeyPair } from '../../runtime/push/vapid-keys.ts';
import { type PushServer, pushServer } from '../../runtime/test-support/push-server.ts';
import { packageRoot } from '../../sql/package-root.ts';
import { type Client, openClient } from '../../sql/pool.ts';
import { type CommandOutcome, runCommand } from './run-command.ts';
import { sampleDatabase } from './sample-server.ts';
import { trustHere } from './trusted-here.ts';

export interface Command extends ChildProcess {
  /** Resolves with the exit code. The listener is attached at the start, so it cannot miss the exit. */
  readonly ended: Promise<number | null>;
}

export interface PushShop {
  readonly url: string;
  readonly client: Client;
  readonly server: PushServer;
  readonly home: string;
  readonly pair: KeyPair;
  /** Environment that `couture push …` needs to reach the push service. */
  readonly env: Record<string, string>;
  /** Subscribes one browser per customer; its endpoint ends with the customer's id and `suffix`. */
  subscribe(
    customers: readonly string[],
    more?: { topics?: string[]; timeZone?: string; keyId?: string; suffix?: string; locale?: string },
  ): Promise<void>;
  /** Starts a command as a process, which can be interrupted. */
  start(...args: string[]): Command;
  /** Runs a command in this process. */
  couture(...args: string[]): Promise<CommandOutcome>;
  json(...args: string[]): Promise<Record<string, never>>;
  close(): Promise<void>;
}

/**
 * @param check whether the push service verifies and decrypts messages
 * @param own use this database; default: a new one with the sample shop
 */
export async function pushShop({
  check = true,
  own,
}: {
  check?: boolean;
  own?: { readonly url: string; drop(): Promise<void> };
} = {}): Promise<PushShop> {
  const [database, server] = await Promise.all([own ?? sampleDatabase(), pushServer({ check })]);
  const client = await openClient(database.url);
  const home = mkdtempSync(path.join(os.tmpdir(), 'couture-push-'));
  const pair = addPair({ home });
  writeFileSync(path.join(home, 'ca.pem'), certificate);
  const { PATH = '', HOME = '' } = process.env;
  const env = {
    PATH,
    HOME,
    DATABASE_URL: database.url,
    COUTURE_HOME: home,
    COUTURE_PUSH_HOSTS: server.host,
    COUTURE_PUSH_PRIVATE: 'true',
    NODE_EXTRA_CA_CERTS: path.join(home, 'ca.pem'),
    NO_COLOR: '1',
  };
  const start = (...args: string[]): Command => {
    const command = [path.join(packageRoot, 'bin', 'couture.js'), 'push', ...args];
    const child = spawn(process.execPath, command, { cwd: '/', env, stdio: ['ignore', 'pipe', 'pipe'] });
    return Object.assign(child, { ended: once(child, 'close').then(([code]) => code as number | null) });
  };
  const couture = (...args: string[]) => runCommand(['push', ...args], { cwd: '/', env });
  const distrust = trustHere(certificate);
  return {
    url: database.url,
    client,
    server,
    home,
    pair,
    env,
    start,
    couture,
    json: async (...args) => {
      const { stdout, stderr } = await couture(...args, '--json');
      if (!stdout) throw new Error(stderr);
      return JSON.parse(stdout);
    },
    subscribe: async (
      customers,
      { topics = ['news', 'stock', 'orders'], timeZone = 'UTC', keyId = pair.id, suffix = '', locale } = {},
    ) => {
      const browsers = customers.map((id) => server.browser(id + suffix));
      await client.query(
        `insert into couture.push_subscription (endpoint, origin, p256dh, auth, customer_id, key_id, time_zone, topics, locale)
         select e, $5, p, a, c, $6, $7, $8, $9 from unnest($1::text[], $2::text[], $3::text[], $4::text[]) as g (e, p, a, c)`,
        [
          browsers.map(({ endpoint }) => endpoint),
          browsers.map(({ p256dh }) => p256dh),
          browsers.map(({ auth }) => auth),
          customers,
          `https://${server.host}`,
          keyId,
          timeZone,
          topics,
          locale,
        ],
      );
    },
    close: async () => {
      distrust();
      await client.end();
      await server.close();
      await database.drop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
