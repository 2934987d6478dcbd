// A build that is killed at a given place: readers see no change, and the next build cleans up.
import { assert, type Suite } from '../../fixtures/suite.ts';
import {
  buildHere,
  buildStates,
  type FaultShop,
  listTablesOf,
  spillFiles,
  whatIsServed,
} from './fault-shop.ts';
import { BuildProcess } from './spawned-build.ts';

export interface KilledBuildContext {
  shop: FaultShop;
  build: BuildProcess | undefined;
}

export const killPlaces = [
  'read catalog begins',
  'read order lines begins',
  'read order lines goes on',
  'group baskets begins',
  'count orders begins',
  'count customers begins',
  'count customers goes on',
  'write lists begins',
  'write lists goes on',
  'index lists begins',
  'publish begins',
] as const;

export function declareKilledBuild(
  test: Suite<KilledBuildContext>,
  place: (typeof killPlaces)[number],
): void {
  test(`when it is killed as "${place}", readers see no change, and the next run cleans up`, async (context) => {
    const { url, home, client } = context.shop;
    const before = await whatIsServed(client);
    // Little memory, so that there are spill files to be left behind.
    const build = (context.build = new BuildProcess({
      databaseUrl: url,
      home,
      flags: { memory: '1m' },
      pauseAt: [place],
    }));
    assert.is(await build.paused(), place);
    assert.equal(await whatIsServed(client), before);
    await build.kill();
    assert.equal(await whatIsServed(client), before);
    assert.is((await buildStates(client))[2], 'running');

    const notes: string[] = [];
    const next = await buildHere(context.shop, { notes });
    assert.is(next.build_id, 3);
    assert.equal(notes, ['Cleaned up after build 2, whose process had died.']);
    assert.equal(await buildStates(client), { 1: 'superseded', 2: 'failed', 3: 'published' });
    assert.equal(await listTablesOf(client, 2), []);
    assert.equal(await spillFiles(home), []);
    assert.equal(await whatIsServed(client), { ...before, builds: [3] });
  });
}
