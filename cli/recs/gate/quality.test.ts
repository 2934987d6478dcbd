import { assert, suite } from '../../../fixtures/suite.ts';
import { reasonCode } from '../../../sql/store/lists/fallback-chain.ts';
import { appendEntry, openListTable } from '../lists/list-table.ts';
import { figures, productListQuality, recallProblem } from './quality.ts';

const test = suite('quality');

test('coverage counts products listed for evidence or content, not fallback entries', () => {
  const table = openListTable(4, 3);
  appendEntry(table, 0, 1, 5, 2);
  appendEntry(table, 0, 2, 4, reasonCode.content);
  appendEntry(table, 0, 3, -1, reasonCode.bestseller);
  appendEntry(table, 1, 3, -1, reasonCode.category_bestseller);
  assert.equal(productListQuality(table), { lists: 2, entries: 4, mean_length: 1, coverage: 0.5 });
});

test('empty lists count for the mean length', () => {
  assert.equal(productListQuality(openListTable(3, 2)), {
    lists: 0,
    entries: 0,
    mean_length: 0,
    coverage: 0,
  });
  assert.equal(figures(2, 7, 3, Uint8Array.of(1, 1, 0)), {
    lists: 2,
    entries: 7,
    mean_length: 2.3333,
    coverage: 0.6667,
  });
});

test('a shop without products has finite figures', () => {
  assert.equal(figures(0, 0, 0, new Uint8Array(0)), { lists: 0, entries: 0, mean_length: 0, coverage: 0 });
});

test('a build with much lower recall on held-out orders is rejected, unless there are too few test cases', () => {
  const heldOut = (recall: number, questions = 2_000) => ({ k: 10, questions, recall, ndcg: 0, hit_rate: 0 });
  const judge = (before: object | undefined, now: ReturnType<typeof heldOut> | undefined) =>
    recallProblem({ build_id: 1, metrics: { held_out: before } }, now, 0.8);
  const [problem] = judge(heldOut(0.5), heldOut(0.39));
  assert.match(problem!, /recall@10 of held-out orders fell from 0\.5 in build 1 to 0\.39/);
  assert.equal(judge(heldOut(0.5), heldOut(0.4)), []);
  assert.equal(judge(heldOut(0.5), heldOut(0.1, 400)), []);
  assert.equal(judge(undefined, heldOut(0.1)), [], 'the published build is from before recall was kept');
  assert.equal(judge(heldOut(0.5), undefined), [], 'lists of another kind alone');
});
