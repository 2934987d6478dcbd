import { assert, suite } from '../../../../fixtures/suite.ts';
import { choose, type Finalist, finalistsOf, preferUsual, worthOf } from './choose.ts';

const test = suite('choose');

const finalist = (settings: string, search: number, confirm: number, coverage = 0.5): Finalist<string> => ({
  settings,
  search: { value: search, coverage },
  confirm: { value: confirm, coverage },
});
const current = finalist('current', 0.2, 0.1);
const noFloors = { search: [], confirm: [] };

test('the winner has the best score on both sets together', () => {
  const all = [finalist('searched', 0.25, 0.1), finalist('both', 0.24, 0.12)];
  assert.is(choose(all, noFloors, current)?.settings, 'both');
});

test('a winner of the search that is worse than the current settings on the second set is refused', () => {
  assert.is(choose([finalist('overfit', 0.3, 0.09)], noFloors, current), undefined);
});

test('a finalist below a baseline loses to one that reaches it, on either set', () => {
  const below = finalist('below', 0.25, 0.12);
  const found = finalist('found', 0.23, 0.125);
  assert.is(choose([below, found], { search: [0.2], confirm: [0.121] }, current)?.settings, 'found');
  assert.is(choose([below], { search: [0.25], confirm: [0.12] }, current)?.settings, 'below');
});

test('if nothing reaches a baseline, the best finalist replaces current settings that are worse on both sets', () => {
  const floors = { search: [0.26], confirm: [0.13] };
  assert.is(choose([finalist('close', 0.25, 0.12)], floors, current)?.settings, 'close');
  assert.is(choose([finalist('overfit', 0.25, 0.09)], floors, current), undefined);
});

test('coverage decides between finalists that are equally good, and never costs a measurable loss', () => {
  const narrow = finalist('narrow', 0.25, 0.12, 0.4);
  assert.is(choose([narrow, finalist('wide', 0.2499, 0.12, 0.9)], noFloors, current)?.settings, 'wide');
  assert.is(choose([narrow, finalist('worse', 0.248, 0.119, 0.9)], noFloors, current)?.settings, 'narrow');
});

test('lists that show less than the current ones need a gain of 1 % for 2 % of the catalogue on request, unless the current ones miss a baseline', () => {
  const narrow = finalist('narrow', 0.201, 0.1005, 0.3);
  assert.is(choose([narrow], noFloors, current, true), undefined);
  assert.is(choose([narrow], { search: [0.2005], confirm: [] }, current, true)?.settings, 'narrow');
  assert.is(choose([finalist('better', 0.21, 0.1, 0.3)], noFloors, current, true), undefined);
  assert.is(
    choose([finalist('much better', 0.22, 0.11, 0.32)], noFloors, current, true)?.settings,
    'much better',
  );
});

test('the current settings stay unless there is a measurable gain', () => {
  assert.is(choose([finalist('same', 0.2001, 0.1)], noFloors, current), undefined);
  assert.is(choose([finalist('wide', 0.2, 0.1, 0.9)], noFloors, current)?.settings, 'wide');
  assert.is(choose([current], noFloors, current), undefined);
});

test('if nothing reaches every floor, what comes closest to them wins, a baseline among them', () => {
  const floors = { search: [0.3, 0.26], confirm: [0.13, 0.14] };
  const [left, right] = [finalist('left', 0.3, 0.13), finalist('right', 0.26, 0.14)];
  const both = finalist('both', 0.29, 0.138);
  assert.is(choose([left, right, both], floors, current)?.settings, 'both');
  assert.is(choose([left, right], floors, current)?.settings, 'left');
  assert.is(choose([left, right, both], floors, finalist('current', 0.295, 0.138)), undefined);
});

test('what comes closest to the floors does not replace current settings that are better on one of the sets', () => {
  const floors = { search: [0.2], confirm: [0.14] };
  const [lost, noise] = [finalist('lost', 0.19, 0.13), finalist('noise', 0.1995, 0.12)];
  assert.is(choose([lost], floors, current), undefined);
  assert.is(choose([lost, noise], floors, current)?.settings, 'noise');
  assert.is(choose([finalist('less', 0.1991, 0.1003)], floors, current), undefined, 'a loss in all');
});

test('finalists are the best settings, and the best of each other family', () => {
  const of = (similarity: string, damping: number) => ({ settings: { item_knn: { similarity, damping } } });
  const best = [1, 2, 3, 4, 5].map((damping) => of('weighted', damping));
  const others = [of('cosine', 0), of('weighted', 6), of('cosine', 1), of('count', 0)];
  assert.equal(finalistsOf([...best, ...others]), [...best.slice(0, 4), others[0], others[3]]);
});

test('lists that show less than the current ones are worth less', () => {
  const [wide, narrow] = [0.9, 0.5].map((coverage) => ({ value: 0.12, coverage }));
  assert.is(worthOf(wide!, wide!), 0.12);
  assert.is(worthOf(wide!, narrow!), 0.12);
  assert.is(worthOf(narrow!, wide!), 0.12 / 1.19);
});

test('recommending more products again must bring 1 % more than the usual threshold', () => {
  const usual = finalist('usual', 0.25, 0.12);
  const chosen = (winner: Finalist<string>) => preferUsual(winner, usual, noFloors, current).settings;
  assert.is(chosen(finalist('slightly better', 0.251, 0.121)), 'usual');
  assert.is(chosen(finalist('better', 0.253, 0.122)), 'better');
  const poor = finalist('usual', 0.19, 0.12);
  assert.is(preferUsual(finalist('only', 0.201, 0.12), poor, noFloors, current).settings, 'only');
});

test('a gain on one set of the search does not pay for a loss on another', () => {
  const on = (settings: string, sets: readonly number[]) => ({
    settings,
    search: { value: 0.3, coverage: 0.5, sets },
    confirm: { value: 0.12, coverage: 0.5 },
  });
  const now = { ...on('current', [0.28, 0.3]), search: { value: 0.29, coverage: 0.5, sets: [0.28, 0.3] } };
  assert.is(choose([on('loses', [0.34, 0.26])], noFloors, now), undefined);
  assert.is(choose([on('noise', [0.301, 0.299])], noFloors, now)?.settings, 'noise');
});
