// Starts and stops the runtime: database, storefront, application, server; released last in, first out.
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { readIdTypes, readKeyTypes } from '../sql/id-types.ts';
import { requireMigrated } from '../sql/migrate.ts';
import { type Client, openClient, openPool, type Pool } from '../sql/pool.ts';
import { tablesNotGranted } from '../sql/source/role-grants.ts';
import { inspectSource } from '../sql/source/source-views.ts';
import { isSampleOfThisServer } from '../sql/store/sample/sample-marker.ts';
import { addressKinds } from '../sql/store/shop/address-kinds.ts';
import { createApp } from './app.ts';
import type { Phase } from './app-options.ts';
import { DemoLogin } from './auth/demo-login.ts';
import { loginRules } from './auth/login-presets.ts';
import { refusalLog } from './auth/refusal-log.ts';
import { Revocations } from './auth/revocations.ts';
import { sharedSecret } from './auth/secret.ts';
import { tokenVerifier, type VerifyToken } from './auth/verify-token.ts';
import { closeServer, listenOn } from './connections.ts';
import type { Log } from './core/log.ts';
import type { Config } from './core/options.ts';
import { type CloseOptions, ReleaseStack, settledWithin } from './core/release.ts';
import { cataloguePoller, startCataloguePoller } from './http/catalogue-poller.ts';
import { ensurePair, readKeys } from './push/vapid-keys.ts';
import { addressWarnings } from './shop/address-warnings.ts';
import { ShopAddresses } from './shop/shop-addresses.ts';
import { shopIdentity } from './shop/shop-identity.ts';
import { Storefront } from './shop/storefront.ts';
import { requireSafeSettings } from './unsafe-settings.ts';
import { urlHost } from './url-host.ts';

export interface ServerOptions {
  readonly config: Config;
  readonly databaseUrl: string;
  readonly log: Log;
  /**
   * Set by the demo: allows signing in as any customer, if this is the sample shop on the embedded Postgres of
   * `config.home`, listening on a loopback address.
   */
  readonly demo?: boolean;
  /** Folder of the built front end, by default the package's. */
  readonly site?: string | undefined;
}

export interface RunningServer {
  /** Base URL of the server: http://127.0.0.1:3000. */
  readonly url: string;
  readonly storefront: Storefront;
  /** Whether the demo's sign-in page is available. */
  readonly demoSignIn: boolean;
  /** Stops listening, waits for requests in flight, and releases all resources. Safe to call twice. */
  close(): Promise<void>;
}

/**
 * Starts the runtime on `config.host` and `config.port`.
 * @throws CoutureError `bad_option` for unsafe settings, `postgres_unreachable`, `migration_missing`, `port_taken`
 */
export async function startServer({
  config,
  databaseUrl,
  log,
  demo = false,
  site,
}: ServerOptions): Promise<RunningServer> {
  requireSafeSettings(config);
  const release = new ReleaseStack();
  const closing: CloseOptions = {
    onLate: (what, milliseconds) => log.warn({ what, milliseconds }, 'did not close in time; left open'),
  };
  try {
    await requireReady(databaseUrl, log);
    const pool = openPool(databaseUrl, {
      applicationName: 'couture runtime',
      max: config.poolSize,
      statementTimeout: config.statementTimeout,
      connectTimeout: 1_000,
    });
    release.defer('the pool', () => pool.end(), closeGrace);
    const storefront = await buildStorefront(pool, { config, databaseUrl, log });
    const verify = openVerifier(config, storefront, log);
    const sample = await storefront.hasCheckout();
    if (!sample) await warnOfAddresses(pool, config, log);
    const allowsDemoLogin =
      demo && sample && loopback.test(config.host) && (await isOwnSampleShop(pool, config));
    const demoLogin = allowsDemoLogin ? new DemoLogin(config.home, storefront.ids.customer) : undefined;
    const revocations = new Revocations(pool, log);
    let phase: Phase = 'serving';
    const { app, chat, push, webhooks, events, shedding, metrics } = await createApp({
      config,
      log,
      storefront,
      databaseUrl,
      verify: revocations.guard(demoLogin?.beside(verify) ?? verify),
      isRevoked: revocations.isRevoked,
      signOut: (tokenHash) => revocations.signOut(tokenHash),
      identity: shopIdentity(config, sample),
      demoLogin,
      // The demo generates a key pair automatically; the owner of a real shop runs a command.
      pushKeys: demoLogin ? ensurePair(config) : readKeys(config),
      site,
      phase: () => phase,
    });
    const catalogue = cataloguePoller(pool, log, { currency: config.currency });

    // So far only the pool is open. What listens, polls or subscribes starts here; all parts close in reverse order.
    release.defer('the storefront', () => storefront.close(), closeGrace);
    await storefront.start();
    release.defer('the revocations', () => revocations.close(), closeGrace);
    await revocations.start(() => chat.checkRights());
    // These two work without a start, and until the chat has handed over its last unseen replies.
    release.defer('push and events', () => Promise.all([push.close(), events.close()]), closeGrace);
    release.defer('the chat', () => chat.close(), closeGrace);
    await chat.start();
    release.defer('the webhooks', () => webhooks.close(), closeGrace);
    webhooks.start();
    release.defer('the catalogue', () => catalogue.close(), closeGrace);
    await startCataloguePoller(catalogue);
    release.defer('load shedding', () => shedding.close());
    shedding.start();
    const { server, clients } = await listenOn(app, config);
    metrics.add('connections', () => ({ open: clients.open, ended: clients.ended }));
    const endConnections = async () => {
      phase = 'draining';
      await delay(config.drain);
      const until = performance.now() + config.shutdownTimeout;
      const drained = chat.drain(config.shutdownTimeout / 2);
      await settledWithin(drained, config.shutdownTimeout / 2 + socketGrace);
      phase = 'closing';
      await closeServer(server, Math.max(0, until - performance.now()));
    };
    release.defer('the connections', endConnections, config.drain + config.shutdownTimeout + closeGrace);
    push.start();
    // Campaigns stop first and are not awaited: their messages in flight have as much time to settle as requests.
    release.defer('campaigns', () => push.stop());
    const { port } = server.address() as AddressInfo;
    return {
      url: `http://${urlHost(config.host)}:${port}`,
      storefront,
      demoSignIn: demoLogin !== undefined,
      close: () => release.close(closing),
    };
  } catch (error) {
    await release.close(closing);
    throw error;
  }
}

/** Deadline in milliseconds for closing a part of the runtime after the connections have ended. */
const closeGrace = 3_000;
/** Milliseconds for chat sockets to close and their last messages to be stored, after the last close frame was sent. */
const socketGrace = 2_000;

/** @throws CoutureError `postgres_unreachable`, `migration_missing` */
async function requireReady(databaseUrl: string, log: Log): Promise<void> {
  const client = await openClient(databaseUrl, { applicationName: 'couture runtime' });
  try {
    await requireMigrated(client);
    await warnOfGrants(client, log);
  } finally {
    await client.end();
  }
}

function openVerifier(config: Config, { ids }: Storefront, log: Log): VerifyToken {
  const secret = sharedSecret(config);
  if (!secret && !config.jwksUrl && !config.jwtStaffSecret)
    log.warn('nobody can sign in; set COUTURE_JWT_SECRET or COUTURE_JWKS_URL');
  return tokenVerifier({
    secret,
    staffSecret: config.jwtStaffSecret,
    jwksUrl: config.jwksUrl,
    issuer: config.jwtIssuer,
    audience: config.jwtAudience,
    customerType: ids.customer,
    rules: loginRules(config),
    onRefused: refusalLog(log),
  });
}

async function buildStorefront(pool: Pool, { config, databaseUrl, log }: ServerOptions): Promise<Storefront> {
  // If a view is missing, use the id types of the last build.
  const [found, keys] = await Promise.all([readIdTypes(pool), readKeyTypes(pool)]);
  for (const { code, message, hint } of (await inspectSource(pool)).problems)
    log.warn({ code }, `${message}. ${hint}`);
  return new Storefront({
    pool,
    url: databaseUrl,
    ids: {
      product: found.product ?? keys.product ?? 'text',
      customer: found.customer ?? keys.customer ?? 'text',
    },
    cardAge: config.cardAge,
    cacheMemory: config.cacheMemory,
    holdout: config.holdout,
    log,
    addresses: new ShopAddresses(config),
    currency: config.currency,
  });
}

/** Whether the shop cannot contain real orders: the fixtures created it on the embedded Postgres of `config.home`. */
async function isOwnSampleShop(
  pool: Pool,
  { databaseUrl, sourceUrl }: Pick<Config, 'databaseUrl' | 'sourceUrl'>,
): Promise<boolean> {
  if (databaseUrl !== undefined || sourceUrl !== undefined) return false;
  return isSampleOfThisServer(pool);
}

async function warnOfGrants(client: Client, log: Log): Promise<void> {
  const tables = await tablesNotGranted(client, 'web');
  if (tables.length > 0)
    log.error(
      {
        tables,
        hint: 'Run "couture db grants --role NAME --for web --apply" as the owner, after each migration.',
      },
      'this role lacks privileges, so that parts of the server fail',
    );
}

/** Warns of links that lead shoppers away from the shop. Unreadable views are reported elsewhere. */
async function warnOfAddresses(pool: Pool, config: Config, log: Log): Promise<void> {
  const kinds = await addressKinds(pool).catch(() => undefined);
  for (const { message, hint } of kinds ? addressWarnings(kinds, config) : []) log.warn({ hint }, message);
}

const loopback = /^(127\.|::1$|localhost$)/;
