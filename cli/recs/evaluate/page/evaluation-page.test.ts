import { assert, suite } from '../../../../fixtures/suite.ts';
import { OrderLogBuilder, openDataset } from '../order-log.ts';
import { runEvaluation } from '../run-evaluation.ts';
import { evaluationPage, picturesOf } from './evaluation-page.ts';

const test = suite('evaluation page');

const hostile = '<img src=x onerror="alert(1)">';

async function pageOf(task: 'personalized' | 'copurchase'): Promise<string> {
  const part = (from: number, to: number) => {
    const builder = new OrderLogBuilder();
    for (let order = from; order < to; order++)
      for (let at = 0; at < 4; at++)
        builder.add(
          `${order}`,
          `c${order % 15}`,
          at === 0 ? hostile : `p${(order * 7 + at * at) % 23}`,
          Number.NaN,
        );
    return builder.orders();
  };
  const data = {
    ...openDataset(part(0, 90), part(90, 105), { lines: 0, skipped: 0 }),
    names: new Map([[hostile, { name: hostile, image: '/pictures/1.svg' }]]),
  };
  const run = await runEvaluation({
    data,
    task,
    basket: 'order',
    ks: [5],
    curve: [1, 2, 10],
    subject: undefined,
    current: {
      copurchase: { similarity: 'shrunk', weighting: 'size', basket: 'order' },
      personalized: { repeat: {}, item_knn: {} },
      limits: { repurchase: 'auto', top: 20, maxHistory: 500, maxOrderLines: 100, seed: 1 },
    },
    withBaselines: true,
    seed: 1,
    onModel() {},
    signal: new AbortController().signal,
  });
  assert.equal(
    Object.keys(run.result.metrics.recall),
    ['5'],
    'list lengths for the curve are not part of the result',
  );
  assert.ok(picturesOf(run, data).includes('/pictures/1.svg'));
  return evaluationPage({
    shop: 'Lind',
    run,
    data,
    changes: {
      before: 1,
      now: 2,
      kinds: [
        {
          kind: 'similar',
          before: { lists: 3, coverage: 0.5 },
          now: { lists: 4, coverage: 0.6 },
          overlap: 0.9,
        },
      ],
    },
    pictures: new Map([['/pictures/1.svg', 'data:image/svg+xml;base64,AAAA']]),
    madeAt: new Date('2026-01-02T03:04:05Z'),
  });
}

for (const task of ['personalized', 'copurchase'] as const) {
  test(`${task}: the page is self-contained, uses its colour variables, and escapes product names`, async () => {
    const page = await pageOf(task);
    assert.not.match(page, /<img src=x|<script|(src|href)="(https?:|\/)/);
    assert.match(page, /&lt;img src=x onerror=&quot;alert\(1\)&quot;&gt;/);
    assert.match(page, /src="data:image\/svg\+xml;base64,AAAA"/);
    assert.ok((page.match(/<svg /g) ?? []).length >= 6, 'each plot has a wide and a narrow version');
    assert.match(page, /var\(--s1\)/);
    assert.not.match(
      page,
      /#0000[0-9a-f]{2}\b|rgb\(0,\s*0,\s*(1[6-9]|2\d)\)/,
      'no placeholder colour is left',
    );
    assert.match(page, /Build 2 is published; it replaced build 1/);
    assert.match(page, /2026-01-02 03:04 UTC/);
  });
}
