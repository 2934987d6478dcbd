// kill -9 at every stage: the published build stays served, and the next run cleans up and succeeds.
import { suite } from '../../../fixtures/suite.ts';
import { faultShop } from '../../test-support/fault-shop.ts';
import { declareKilledBuild, type KilledBuildContext, killPlaces } from '../../test-support/killed-builds.ts';

const test = suite<KilledBuildContext>('a build that is killed at every stage');

test.beforeEach(async (context) => {
  context.shop = await faultShop();
});
test.afterEach(async ({ shop, build }) => {
  await build?.kill();
  await shop.drop();
});

for (const place of killPlaces) declareKilledBuild(test, place);
