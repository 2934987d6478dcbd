import { assert, suite } from '../../../../fixtures/suite.ts';
import { loadConfig } from '../../../../runtime/core/config.ts';
import { modelOf } from '../../models/model-of-config.ts';
import type { CopurchaseJson } from '../../models/model-settings.ts';
import { settingsOfBuild } from './apply.ts';

const test = suite('settings of the winners');

const copurchase = {
  similarity: 'cosine',
  weighting: 'none',
  basket: 'order',
  half_life_days: 30,
  min_support: 2,
} satisfies CopurchaseJson;
const [before, better] = [20, 60].map((neighbours) => ({ item_knn: { neighbours } }));
const configOf = (flags: Record<string, unknown>) => loadConfig({ env: {}, flags }).config;
const inUse = configOf({ model: { personalized: before, copurchase } });

test('a better personal model leaves the co-purchase part of the model in use', () => {
  const { config, personal } = modelOf(configOf(settingsOfBuild({ personalized: better! }, inUse)));
  assert.is(personal.item_knn!.neighbours, 60);
  assert.equal([config.similarity, config.minSupport, config.halfLife], ['cosine', 2, 30]);
});

test('better co-purchase settings replace that part, and leave the personal model', () => {
  const counted = { ...copurchase, similarity: 'count', min_support: 3 } satisfies CopurchaseJson;
  const { config, personal } = modelOf(configOf(settingsOfBuild({ copurchase: counted }, inUse)));
  assert.is(personal.item_knn!.neighbours, 20);
  assert.equal([config.similarity, config.minSupport], ['count', 3]);
  assert.equal(settingsOfBuild({}, inUse), {});
});
