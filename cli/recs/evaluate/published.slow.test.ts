// Reproduces published result tables within ±.0005.
import { realOrderFile } from '../../../fixtures/real-orders.ts';
import { assert, suite } from '../../../fixtures/suite.ts';
import type { Task } from '../gate/test-cases.ts';
import { type BasketKind, maxProfile } from '../models/model-settings.ts';
import { baselines, type CurrentModels, type NamedModel } from './baselines.ts';
import { evaluateModel } from './evaluate-model.ts';
import { openEvaluation } from './evaluation.ts';
import { buildTestCases } from './protocol.ts';
import { readFiles } from './read-files.ts';
import type { BuildLimits } from './trained-models.ts';

const test = suite('published tables');

const [citeTrain, citeTest] = [
  realOrderFile('citeulike_a', 'cvae_P10_train.csv.gz'),
  realOrderFile('citeulike_a', 'cvae_P10_test.csv.gz'),
];
const [foodTrain, foodTest] = [
  realOrderFile('tafeng_realitycheck', 'train.csv.gz'),
  realOrderFile('tafeng_realitycheck', 'test.csv.gz'),
];

const limits: BuildLimits = {
  repurchase: 'always',
  top: 300,
  maxHistory: 100_000,
  maxOrderLines: 100_000,
  seed: 1,
};
const current: CurrentModels = {
  copurchase: { similarity: 'shrunk', weighting: 'size', basket: 'order' },
  personalized: { repeat: {}, item_knn: {} },
  limits,
};

const citeTitle = 'CiteULike-a, P=10: ItemKNN cosine reproduces the recall of Dacrema et al. 2021';
if (!citeTrain || !citeTest) test.skip(citeTitle);
else
  test(citeTitle, async () => {
    const evaluation = await open(
      citeTrain,
      citeTest,
      'personalized',
      'customer',
      [50, 100, 150, 200, 250, 300],
    );
    assert.is(evaluation.testCases.count, 5_139);
    const settings = {
      profile: { recency: 1, length: maxProfile },
      item_knn: {
        similarity: 'cosine',
        weighting: 'tfidf',
        shrink: 936,
        neighbours: 423,
        nearest: 'recommended',
        normalise: false,
      },
    } as const;
    const model: NamedModel = {
      name: 'ItemKNN',
      model: { task: 'personalized', settings },
    };
    const { figures } = evaluateModel(evaluation, model, { seed: 1, draws: 0, limits });
    const printed = { 50: 0.0989, 100: 0.1441, 150: 0.1752, 200: 0.1982, 250: 0.2156, 300: 0.23 };
    for (const [k, recall] of Object.entries(printed))
      near(figures.metrics.recall[k]!, recall, `recall@${k}`);
    const [popular] = baselines('personalized', 'customer', current);
    near(
      evaluateModel(evaluation, popular!, { seed: 1, draws: 0, limits }).figures.metrics.recall[50]!,
      0.004,
      'TopPop',
    );
  });

const foodTitle = 'Ta-Feng: the frequency baselines reproduce the figures of the next basket reality check';
if (!foodTrain || !foodTest) test.skip(foodTitle);
else
  test(foodTitle, async () => {
    const evaluation = await open(foodTrain, foodTest, 'personalized', 'order', [10, 20]);
    assert.is(evaluation.testCases.count, 13_858);
    const all = baselines('personalized', 'order', current);
    const expected = {
      popularity: [0.0803, 0.0842, 0.2489, 0.1071],
      'own frequent': [0.1062, 0.0953, 0.3513, 0.1392],
      'own frequent, then popularity': [0.1195, 0.1007, 0.3721, 0.1684],
    };
    for (const [name, figures] of Object.entries(expected)) {
      const model = all.find((each) => each.name === name)!;
      const { metrics } = evaluateModel(evaluation, model, { seed: 1, draws: 0, limits }).figures;
      const found = [
        metrics.recall[10],
        metrics.ndcg_full_ideal[10],
        metrics.hit_rate[10],
        metrics.recall[20],
      ];
      for (const [at, figure] of figures.entries()) near(found[at]!, figure, `${name} ${at}`);
    }
  });

async function open(train: string, held: string, task: Task, basket: BasketKind, ks: number[]) {
  const data = await readFiles([train], [held]);
  return openEvaluation(data, buildTestCases(data, task, basket), ks);
}

function near(value: number, expected: number, what: string): void {
  assert.ok(Math.abs(value - expected) <= 0.0005, `${what}: ${value} is not ${expected}`);
}
