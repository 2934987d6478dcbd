// kill -9 while reading, while writing and before publishing: the published build stays served, and the next run cleans up
// and succeeds. kill.slow.test.ts kills builds at every stage.
import { suite } from '../../../fixtures/suite.ts';
import { faultShop } from '../../test-support/fault-shop.ts';
import { declareKilledBuild, type KilledBuildContext } from '../../test-support/killed-builds.ts';

const test = suite<KilledBuildContext>('a build that is killed');

test.beforeEach(async (context) => {
  context.shop = await faultShop();
});
test.afterEach(async ({ shop, build }) => {
  await build?.kill();
  await shop.drop();
});

for (const place of ['read order lines goes on', 'write lists goes on', 'publish begins'] as const)
  declareKilledBuild(test, place);
