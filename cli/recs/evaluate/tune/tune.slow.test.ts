// Tunes on the training part of real orders; the winner must beat published models on a test set that tune never read.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { realOrderFile } from '../../../../fixtures/real-orders.ts';
import { assert, suite } from '../../../../fixtures/suite.ts';
import type { Task } from '../../gate/test-cases.ts';
import { defaultPersonal } from '../../models/model-settings.ts';
import type { EvaluatedModel } from '../baselines.ts';
import { evaluateModel } from '../evaluate-model.ts';
import { openEvaluation } from '../evaluation.ts';
import type { ModelFigures } from '../evaluation-result.ts';
import type { Dataset } from '../order-log.ts';
import { buildTestCases } from '../protocol.ts';
import { readFiles } from '../read-files.ts';
import type { BuildLimits } from '../trained-models.ts';
import { tune } from './tune.ts';

const test = suite('tune on Ta-Feng', { timeout: 2_400_000 });

const [train, held] = [
  realOrderFile('tafeng_realitycheck', 'train.csv.gz'),
  realOrderFile('tafeng_realitycheck', 'test.csv.gz'),
];

const limits: BuildLimits = { repurchase: 'auto', top: 20, maxHistory: 500, maxOrderLines: 100, seed: 1 };

/**
 * Tunes on the training file, or on one in `share` of its customers, then trains the winner on all of it and measures it on
 * the test file. The budget limits the plan, not the time.
 */
async function tuned(task: Task, seconds: number, share = 1): Promise<ModelFigures> {
  const data = await readFiles([train!], [held!]);
  const signal = new AbortController().signal;
  const { best } = await tune({
    data: share > 1 ? await readPart(train!, share) : { ...data, test: { ...data.test, count: 0 } },
    task,
    basket: 'order',
    ks: [10],
    seed: 1,
    budgetMs: seconds * 1_000,
    // A slow machine takes longer but finds the same winner.
    maxMs: 2_400_000,
    current: {
      copurchase: { similarity: 'shrunk', weighting: 'size', basket: 'order' },
      personalized: defaultPersonal,
      limits,
    },
    onTrial() {},
    signal,
  });
  const evaluation = openEvaluation(data, buildTestCases(data, task, 'order'), [10]);
  const model = { task, settings: best } as EvaluatedModel;
  return evaluateModel(evaluation, { name: 'tuned', model }, { seed: 1, draws: 0, limits }).figures;
}

/** Reads the lines of customers whose number is a multiple of `share`, and no test cases. */
async function readPart(file: string, share: number): Promise<Dataset> {
  const [header, ...lines] = gunzipSync(readFileSync(file)).toString().trimEnd().split('\n');
  const column = header!.split(',').indexOf('customer_id');
  const part = lines.filter((line) => Number(line.split(',')[column]) % share === 0);
  const folder = mkdtempSync(path.join(os.tmpdir(), 'couture-tune-'));
  try {
    const name = path.join(folder, 'part.csv');
    writeFileSync(name, [header, ...part, ''].join('\n'));
    return await readFiles([name], []);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const personalTitle =
  'personalized: the winner beats GP-TopFreq (recall .1195) and reaches UP-CF (recall .1265, NDCG .1128)';
const productTitle =
  'copurchase: the winner reaches a recall@10 of .0675 with lists that cover 90 % of the catalogue';
if (!train || !held) {
  test.skip(personalTitle);
  test.skip(productTitle);
} else {
  test(personalTitle, async () => {
    const { metrics } = await tuned('personalized', 60, 3);
    assert.ok(metrics.recall[10]! >= 0.1265, `recall ${metrics.recall[10]}`);
    assert.ok(metrics.ndcg_full_ideal[10]! >= 0.1128, `ndcg ${metrics.ndcg_full_ideal[10]}`);
  });
  test(productTitle, async () => {
    const { metrics, coverage } = await tuned('copurchase', 20);
    assert.ok(metrics.recall[10]! >= 0.0675, `recall ${metrics.recall[10]}`);
    assert.ok(coverage >= 0.9, `coverage ${coverage}`);
  });
}
