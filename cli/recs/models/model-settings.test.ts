import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { assert, suite } from '../../../fixtures/suite.ts';
import { CoutureError } from '../../../runtime/core/errors.ts';
import { readModelFile } from './model-settings.ts';

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
    profile: { recency: 0.85, length: 200 },
    repeat: { weight: 1, decay: 0.9 },
    item_knn: {
      weight: 0.4,
      similarity: 'cosine',
      weighting: 'none',
      neighbours: 20,
      nearest: 'recommended',
    },
    popularity: { weight: 0.03, half_life_days: 30 },
  };
  assert.equal(readModelFile(written(folder, { personalized })), { personalized });
});

test('a file with a former name of a term is refused with the new name', ({ folder }) => {
  for (const [former, name] of [
    ['own', 'repeat'],
    ['items', 'item_knn'],
    ['linear', 'ease'],
    ['popular', 'popularity'],
  ] as const) {
    const file = written(folder, { personalized: { [former]: { weight: 1 } } });
    try {
      readModelFile(file);
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
    assert.throws(() => readModelFile(copurchase), new RegExp(`copurchase\\.${former} ${problem}`));
    const personalized = written(folder, { personalized: { item_knn: { [former]: 1 } } });
    assert.throws(
      () => readModelFile(personalized),
      new RegExp(`personalized\\.item_knn\\.${former} ${problem}`),
    );
  }
});

test('a model without terms is refused, and so are the lists of a build', ({ folder }) => {
  assert.throws(
    () => readModelFile(written(folder, { personalized: { profile: { recency: 1 } } })),
    /at least one term is needed, such as item_knn/,
  );
  assert.throws(
    () => readModelFile(written(folder, { personalized: { build: { repurchase: 'auto' } } })),
    /personalized\.build no longer exists: without a model, the default one is built/,
  );
});

test('a file with a term that no build has is refused', ({ folder }) => {
  for (const term of ['people', 'user_knn']) {
    assert.throws(
      () => readModelFile(written(folder, { personalized: { [term]: { weight: 1 } } })),
      new RegExp(
        `personalized\\.${term} no longer exists: no build compares customers; use item_knn or ease`,
      ),
    );
  }
});

test('an unknown term is named', ({ folder }) => {
  const file = written(folder, { personalized: { constructor: 1 } });
  assert.throws(
    () => readModelFile(file),
    (error: Error) => /not a valid model: personalized: .*"constructor"/.test(error.message),
  );
});
