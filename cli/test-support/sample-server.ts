// The runtime for the sample shop with a published build, in this process, listening on a real socket.
import { templateDatabase, testDatabase } from '../../fixtures/database.ts';
import { loadSampleShop } from '../../fixtures/sample/load-sample-shop.ts';
import { sampleShop } from '../../fixtures/sample/sample-shop.ts';
import type { Role } from '../../runtime/auth/principal.ts';
import { signToken } from '../../runtime/auth/sign-token.ts';
import { loadConfig } from '../../runtime/core/config.ts';
import { openLog } from '../../runtime/core/log.ts';
import { type RunningServer, startServer } from '../../runtime/server.ts';
import { type Client, openClient } from '../../sql/pool.ts';
import { adoptShop } from '../../sql/source/adopt-shop.ts';
import { addRule, type CurationRule, type NewRule } from '../../sql/store/lists/curation.ts';
import { buildRecommendations } from '../recs/pipeline.ts';

export const secret = 'a secret that only this test knows, of 32 and more';

export const metricsToken = 'a token that reads the metrics';
/** The header of an operator. */
export const operator = { Authorization: `Bearer ${metricsToken}` };

export interface SampleServer {
  readonly url: string;
  readonly databaseUrl: string;
  readonly server: RunningServer;
  readonly client: Client;
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  json(path: string, headers?: Record<string, string>): Promise<Body>;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
  close(): Promise<void>;
}
// biome-ignore lint/suspicious/noExplicitAny: tests read single fields of bodies
export type Body = any;

/** Creates a database with the sample shop and one published build. */
export async function sampleDatabase(): Promise<{ url: string; drop(): Promise<void> }> {
  const template = await templateDatabase('served sample shop', async (url) => {
    const client = await openClient(url);
    try {
      await loadSampleShop(client, sampleShop());
      await adoptShop(client, 'sample', {});
    } finally {
      await client.end();
    }
    await buildAgain(url);
  });
  return testDatabase({ template });
}

/** Builds and publishes, by default without any gate; returns the build id. */
export async function buildAgain(
  databaseUrl: string,
  flags: Record<string, unknown> = {},
  force = true,
): Promise<number> {
  const { config } = loadConfig({ directory: '/', env: {}, flags: { workers: 1, ...flags } });
  const summary = await buildRecommendations({
    config,
    databaseUrl,
    sourceUrl: databaseUrl,
    publish: true,
    force,
    display: { stage: () => ({ update() {}, end() {} }) },
    note() {},
    signal: new AbortController().signal,
  });
  return summary.build_id;
}

/** Inserts a rule for the products bought together with product 3. By default it blocks one of them. */
export function addRuleOfThree(
  client: Client,
  values: Partial<NewRule> & Pick<NewRule, 'product_id'>,
): Promise<CurationRule> {
  return addRule(client, {
    action: 'block',
    scope: 'product',
    subject: '3',
    kinds: [],
    place: null,
    factor: null,
    from_at: null,
    until_at: null,
    note: '',
    ...values,
  });
}

/** Settings of a server under test: any free port, no limit that a test would meet, quick to stop. */
export function serverConfig(flags: Record<string, unknown> = {}) {
  return loadConfig({
    directory: '/',
    env: {},
    flags: {
      port: 0,
      rateLimit: 1e6,
      jwtSecret: secret,
      metricsToken,
      drain: 0,
      shutdownTimeout: 2_000,
      ...flags,
    },
  }).config;
}

export async function sampleServer(
  flags: Record<string, unknown> = {},
  options: { demo?: boolean } = {},
): Promise<SampleServer> {
  const database = await sampleDatabase();
  const server = await startServer({
    config: serverConfig(flags),
    databaseUrl: database.url,
    log: openLog('silent'),
    demo: options.demo ?? false,
  });
  const client = await openClient(database.url);
  const ask = (path: string, init?: RequestInit) => fetch(server.url + path, { redirect: 'manual', ...init });
  return {
    url: server.url,
    databaseUrl: database.url,
    server,
    client,
    get: (path, headers = {}) => ask(path, { headers }),
    json: async (path, headers = {}) => (await ask(path, { headers })).json(),
    post: (path, body, headers = {}) =>
      ask(path, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', ...headers },
        body: JSON.stringify(body),
      }),
    close: async () => {
      await client.end();
      await server.close();
      await database.drop();
    },
  };
}

/** Returns the authorization header of a signed-in user. */
export async function bearer(sub: string, ...roles: Role[]): Promise<{ Authorization: string }> {
  const token = await signToken(secret, {
    sub,
    roles: roles.length > 0 ? roles : ['customer'],
    lifetime: 600,
  });
  return { Authorization: `Bearer ${token}` };
}
