// Starts and stops the runtime: database, storefront, application, socket; released last in, first out.
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { readIdTypes, readKeyTypes } from '../sql/id-types.ts';
import { requireMigrated } from '../sql/migrate.ts';
import { openClient, openPool, type Pool } from '../sql/pool.ts';
import { inspectSource } from '../sql/source/source-views.ts';
import { isSampleOfThisServer } from '../sql/store/sample/sample-marker.ts';
import { addressKinds } from '../sql/store/shop/address-kinds.ts';
import { createApp, type Phase } from './app.ts';
import { DemoLogin } from './auth/demo-login.ts';
import { Revocations } from './auth/revocations.ts';
import { sharedSecret } from './auth/secret.ts';
import { tokenVerifier } from './auth/verify-token.ts';
import { closeServer, listenOn } from './connections.ts';
import type { Log } from './core/log.ts';
import type { Config } from './core/options.ts';
import { type CloseOptions, ReleaseStack, settledWithin } from './core/release.ts';
import { hasCheckout } from './http/routes/orders.ts';
import { ensurePair, readKeys } from './push/vapid-keys.ts';
import { addressWarnings } from './shop/address-warnings.ts';
import { ShopAddresses } from './shop/shop-addresses.ts';
import { shopIdentity } from './shop/shop-identity.ts';
import { Storefront } from './shop/storefront.ts';

export interface ServerOptions {
  readonly config: Config;
  readonly databaseUrl: string;
  readonly log: Log;
  /**
   * Started by the demo: people may sign in as any customer, where this is the sample shop on the embedded Postgres of
   * `config.home`, and on a loopback address.
   */
  readonly demo?: boolean;
}

export interface RunningServer {
  /** Where it listens: http://127.0.0.1:3000. */
  readonly url: string;
  readonly storefront: Storefront;
  /** Whether there is a page to sign in to the demo. */
  readonly demoSignIn: boolean;
  /** Stops listening, lets running requests end, closes what it opened. Safe to call twice. */
  close(): Promise<void>;
}

/**
 * Starts the runtime on `config.host` and `config.port`.
 * @throws Fault `postgres_unreachable`, `migration_missing`; CoutureError `port_taken`
 */
export async function startServer({
  config,
  databaseUrl,
  log,
  demo = false,
}: ServerOptions): Promise<RunningServer> {
  const release = new ReleaseStack();
  const closing: CloseOptions = {
    onLate: (what, milliseconds) => log.warn({ what, milliseconds }, 'did not close in time; left open'),
  };
  try {
    const client = await openClient(databaseUrl, { applicationName: 'couture runtime' });
    await requireMigrated(client).finally(() => client.end());
    const pool = openPool(databaseUrl, {
      applicationName: 'couture runtime',
      max: config.poolSize,
      statementTimeout: config.statementTimeout,
      connectTimeout: 1_000,
    });
    release.defer('the pool', () => pool.end(), closeGrace);
    // A view may be missing; then the ids are what they were at the last build.
    const [found, keys] = await Promise.all([readIdTypes(pool), readKeyTypes(pool)]);
    for (const { code, message, hint } of (await inspectSource(pool)).problems)
      log.warn({ code }, `${message}. ${hint}`);
    const storefront = new Storefront({
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
    });
    await storefront.start();
    release.defer('the storefront', () => storefront.close(), closeGrace);
    const secret = sharedSecret(config);
    if (!secret && !config.jwksUrl)
      log.warn('nobody can sign in; set COUTURE_JWT_SECRET or COUTURE_JWKS_URL');
    const sample = await hasCheckout(storefront);
    if (!sample) await warnOfAddresses(pool, config, log);
    const mayBeAnybody =
      demo && sample && loopback.test(config.host) && (await isOwnSampleShop(pool, config));
    const demoLogin = mayBeAnybody ? new DemoLogin(config.home, storefront.ids.customer) : undefined;
    const revocations = new Revocations(pool, log);
    await revocations.start();
    release.defer('the revocations', () => revocations.close(), closeGrace);
    const verify = tokenVerifier({
      secret,
      jwksUrl: config.jwksUrl,
      issuer: config.jwtIssuer,
      audience: config.jwtAudience,
      customerType: storefront.ids.customer,
    });
    let phase: Phase = 'serving';
    const { app, chat, metrics, stop, close } = await createApp({
      config,
      log,
      storefront,
      databaseUrl,
      verify: revocations.guard(demoLogin?.beside(verify) ?? verify),
      isRevoked: revocations.isRevoked,
      identity: shopIdentity(config, sample),
      demoLogin,
      // The sample shop gets a pair by itself; the owner of a real shop runs a command for it.
      pushKeys: demoLogin ? ensurePair(config) : readKeys(config),
      phase: () => phase,
    });
    // Its parts have deadlines of their own.
    release.defer('the application', close);
    revocations.onRevoked = () => chat.checkRights();
    const { server, clients } = await listenOn(app, config);
    metrics.add('connections', () => ({ open: clients.open, ended: clients.ended }));
    const endConnections = async () => {
      phase = 'draining';
      // Campaigns have all of the time that requests have to settle what is in flight.
      stop();
      await delay(config.drain);
      const until = performance.now() + config.shutdownTimeout;
      const drained = chat.drain(config.shutdownTimeout / 2);
      await settledWithin(drained, config.shutdownTimeout / 2 + socketGrace);
      phase = 'closing';
      await closeServer(server, Math.max(0, until - performance.now()));
    };
    release.defer('the connections', endConnections, config.drain + config.shutdownTimeout + closeGrace);
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

/** Milliseconds that a part of the runtime gets to close after the connections have ended. */
const closeGrace = 3_000;
/** Milliseconds that sockets get to close after the last one was sent away, and their last messages to be stored. */
const socketGrace = 2_000;

/** Whether nobody's real orders can be here: the fixtures made this shop on the embedded Postgres that `config.home` holds. */
async function isOwnSampleShop(
  pool: Pool,
  { databaseUrl, sourceUrl }: Pick<Config, 'databaseUrl' | 'sourceUrl'>,
): Promise<boolean> {
  if (databaseUrl !== undefined || sourceUrl !== undefined) return false;
  return isSampleOfThisServer(pool);
}

/** What would lead shoppers away from the shop is said at the start; a view that cannot be read says so elsewhere. */
async function warnOfAddresses(pool: Pool, config: Config, log: Log): Promise<void> {
  const kinds = await addressKinds(pool).catch(() => undefined);
  for (const { message, hint } of kinds ? addressWarnings(kinds, config) : []) log.warn({ hint }, message);
}

const loopback = /^(127\.|::1$|localhost$)/;

/** As a URL has it: an IPv6 address in brackets, and for all addresses one that a person can open. */
function urlHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}
