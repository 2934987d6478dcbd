import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { assert, suite } from '../../../fixtures/suite.ts';
import { CoutureError } from '../../../runtime/core/errors.ts';
import { readTuned } from './model-settings.ts';

const test = suite<{ folder: string }>('model settings');

test.beforeEach((context) => {
  context.folder = mkdtempSync(path.join(os.tmpdir(), 'couture-models-'));
});
test.afterEach(({ folder }) => rmSync(folder, { recursive: true, force: true }));

function written(folder: string, content: unknown): string {
  const file = path.join(folder, 'models.json');
  writeFileSync(file, JSON.stringify(content));
  return file;
}

test('a file with all terms of the personalized model is read as it is', ({ folder }) => {
  const personalized = {
    repeat: { weight: 1, window: 0, decay: 0.95 },
    user_knn: { weight: 0.1, asymmetry: 0.75, locality: 8, neighbours: 150 },
    item_knn: { weight: 0.4, similarity: 'cosine', weighting: 'none', basket: 'order', neighbours: 20 },
    ease: { weight: 1, ridge: 300, head: 1_000 },
    popularity: { weight: 0.03 },
  };
  assert.equal(readTuned(written(folder, { personalized })), { personalized });
});

test('a file with a former name of a term is refused with the new name', ({ folder }) => {
  for (const [former, name] of [
    ['own', 'repeat'],
    ['people', 'user_knn'],
    ['items', 'item_knn'],
    ['linear', 'ease'],
    ['popular', 'popularity'],
  ] as const) {
    const file = written(folder, { personalized: { [former]: { weight: 1 } } });
    try {
      readTuned(file);
      assert.unreachable(former);
    } catch (error) {
      assert.instance(error, CoutureError);
      assert.is((error as CoutureError).code, 'file_invalid');
      assert.match((error as CoutureError).message, `personalized.${former} is now called ${name}`);
    }
  }
});

test('a file with a former name of a key of an item similarity is refused with the new name', ({
  folder,
}) => {
  for (const [former, name] of [
    ['measure', 'similarity'],
    ['prior', 'prior_strength'],
    ['toll', 'popularity_penalty'],
  ] as const) {
    const problem = `is now called ${name}`;
    const copurchase = written(folder, { copurchase: { [former]: 1 } });
    assert.throws(() => readTuned(copurchase), new RegExp(`copurchase\\.${former} ${problem}`));
    const personalized = written(folder, { personalized: { item_knn: { [former]: 1 } } });
    assert.throws(
      () => readTuned(personalized),
      new RegExp(`personalized\\.item_knn\\.${former} ${problem}`),
    );
  }
});

test('an unknown term is named', ({ folder }) => {
  const file = written(folder, { personalized: { constructor: 1 } });
  assert.throws(
    () => readTuned(file),
    (error: Error) => /not a valid model file: personalized: .*"constructor"/.test(error.message),
  );
});
