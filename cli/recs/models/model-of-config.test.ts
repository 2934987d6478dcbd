import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { assert, suite } from '../../../fixtures/suite.ts';
import { loadConfig } from '../../../runtime/core/config.ts';
import { modelOf } from './model-of-config.ts';
import { defaultPersonal } from './model-settings.ts';

const test = suite<{ folder: string }>('model of a configuration');

test.beforeEach((context) => {
  context.folder = mkdtempSync(path.join(os.tmpdir(), 'couture-model-'));
});
test.afterEach(({ folder }) => rmSync(folder, { recursive: true, force: true }));

const personalized = { item_knn: { similarity: 'cosine', weighting: 'none' }, popularity: { weight: 0.5 } };
const copurchase = {
  similarity: 'weighted',
  weighting: 'log',
  basket: 'order',
  half_life_days: 'none',
  damping: 0.2,
  prior_strength: 30,
  min_support: 2,
};

function configOf(settings: Record<string, unknown>) {
  return loadConfig({ env: {}, flags: settings }).config;
}

test('without a model, the default one is built from the settings as they are', () => {
  const config = configOf({ similarity: 'count' });
  assert.equal(modelOf(config), { personal: defaultPersonal, config });
});

test('a model in the configuration file and one in a file of its own are the same', ({ folder }) => {
  const file = path.join(folder, 'tuned.json');
  writeFileSync(file, JSON.stringify({ personalized, copurchase, basket: 'order', seed: 1, trials: [] }));
  writeFileSync(
    path.join(folder, 'couture.config.json'),
    JSON.stringify({ model: { personalized, copurchase }, halfLife: '30d' }),
  );
  const inFile = modelOf(loadConfig({ directory: folder, env: {}, flags: {} }).config);
  const byFlag = modelOf(configOf({ model: file, halfLife: '30d' }));
  for (const { personal, config } of [inFile, byFlag]) {
    assert.is(personal.item_knn?.similarity, 'cosine');
    assert.is(personal.repeat, undefined);
    assert.is(personal.popularity?.weight, 0.5);
    const { similarity, damping, priorStrength, orderWeighting, minSupport, minLlr, halfLife } = config;
    assert.equal(
      { similarity, damping, priorStrength, orderWeighting, minSupport, minLlr, halfLife },
      {
        similarity: 'weighted',
        damping: 0.2,
        priorStrength: 30,
        orderWeighting: 'log',
        minSupport: 2,
        minLlr: 0,
        halfLife: Number.POSITIVE_INFINITY,
      },
    );
  }
});

test('co-purchases that a build does not make are refused, with the setting', () => {
  const refused = (part: Record<string, unknown>, problem: RegExp) =>
    assert.throws(() => modelOf(configOf({ model: { copurchase: { ...copurchase, ...part } } })), problem);
  refused(
    { similarity: 'cosine' },
    /weighting is "log", and builds weigh orders only for shrunk and weighted/,
  );
  refused({ basket: 'customer' }, /basket is "customer", and builds use "order"/);
  refused({ shrink: 3 }, /shrink is 3, and builds use 0/);
});

test('a model that is missing or malformed is refused, with its place', ({ folder }) => {
  assert.throws(
    () => modelOf(configOf({ model: path.join(folder, 'none.json') })),
    /none\.json cannot be read/,
  );
  assert.throws(
    () => modelOf(configOf({ model: { personalized: { item_knn: { similarity: 'magic' } } } })),
    /"model" in couture\.config\.json is not a valid model: personalized\.item_knn\.similarity/,
  );
  assert.throws(() => configOf({ model: 3 }), /expected the path of a file, or an object/);
});
