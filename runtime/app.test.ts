// createApp: builds the whole application and starts nothing.
import { createHook } from 'node:async_hooks';
import { assert, suite } from '../fixtures/suite.ts';
import { openPool } from '../sql/pool.ts';
import { createApp } from './app.ts';
import { loadConfig } from './core/config.ts';
import { openLog } from './core/log.ts';
import { shopIdentity } from './shop/shop-identity.ts';
import { Storefront } from './shop/storefront.ts';

const test = suite('application');

/** Promises and their like, random bytes for ids, and prom-client's histogram of event-loop delays. */
const harmless = new Set(['PROMISE', 'TickObject', 'Immediate', 'RANDOMBYTESREQUEST', 'ELDHISTOGRAM']);

test('createApp opens no socket, file watcher or timer', async () => {
  const { config } = loadConfig({ env: {}, flags: {} });
  const log = openLog('silent');
  // Nothing listens there: a connection attempt would be seen below, and fail.
  const databaseUrl = 'postgres://couture@127.0.0.1:1/none';
  const pool = openPool(databaseUrl, { applicationName: 'test', max: 1 });
  const storefront = new Storefront({
    pool,
    url: databaseUrl,
    ids: { product: 'bigint', customer: 'bigint' },
    cardAge: 750,
    cacheMemory: config.cacheMemory,
    log,
  });
  const opened: string[] = [];
  const hook = createHook({
    init: (_id, type) => {
      if (!harmless.has(type)) opened.push(type);
    },
  }).enable();
  try {
    await createApp({
      config,
      log,
      storefront,
      databaseUrl,
      verify: () => Promise.reject(new Error('not used')),
      isRevoked: () => false,
      signOut: async () => {},
      identity: shopIdentity(config, true),
      demoLogin: undefined,
      pushKeys: undefined,
      phase: () => 'serving',
    });
  } finally {
    hook.disable();
  }
  assert.equal(opened, []);
  await pool.end();
});
