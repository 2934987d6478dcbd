// The outbox without IndexedDB, which Node lacks and some browsers refuse.
import { assert, suite } from '../../fixtures/suite.ts';
import { OfflineError } from '../api/api-error.ts';
import type { Client } from '../api/client.ts';
import { Outbox } from './outbox.ts';
import { WatchList } from './watch-list.ts';

const test = suite('an outbox without a database');

const { fetch } = globalThis;
test.afterEach(() => void (globalThis.fetch = fetch));

test('entries wait in memory, are reported as such, and are sent in order', async () => {
  const outbox = new Outbox();
  const offline = {
    watch: async () => {
      throw new OfflineError();
    },
  } as unknown as Client;
  const list = new WatchList(offline, outbox);
  assert.is(await list.watch(6, true), 'held');
  assert.is(await list.watch(7, false), 'held');
  assert.equal([list.has(6), await outbox.count()], [true, 2]);
  let reachable = false;
  const sent: string[] = [];
  globalThis.fetch = async (url, init) => {
    if (!reachable) throw new TypeError('no network');
    sent.push(`${init?.method} ${String(url)}`);
    // An answer that will not change must not hold up what comes after it.
    return new Response(null, { status: sent.length === 1 ? 501 : 200 });
  };
  await outbox.flush().catch(() => {});
  assert.is(await outbox.count(), 2);
  reachable = true;
  await outbox.flush().catch(() => {});
  assert.equal(sent, ['POST /api/watchlist', 'DELETE /api/watchlist?product_id=7']);
  assert.is(await outbox.count(), 0);
  await list.watch(8, true);
  await outbox.clear().catch(() => {});
  assert.is(await outbox.count(), 0, 'deleted at sign-out');
});
