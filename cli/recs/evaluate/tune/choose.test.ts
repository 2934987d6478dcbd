import { assert, suite } from '../../../../fixtures/suite.ts';
import { choose, type Finalist } from './choose.ts';

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

test('a winner below a baseline is refused, on either set', () => {
  const found = finalist('found', 0.25, 0.12);
  assert.is(choose([found], { search: [0.26], confirm: [] }, current), undefined);
  assert.is(choose([found], { search: [], confirm: [0.13] }, current), undefined);
  assert.is(choose([found], { search: [0.25], confirm: [0.12] }, current)?.settings, 'found');
});

test('coverage decides between finalists that are equally good, and never costs a measurable loss', () => {
  const narrow = finalist('narrow', 0.25, 0.12, 0.4);
  assert.is(choose([narrow, finalist('wide', 0.2499, 0.12, 0.9)], noFloors, current)?.settings, 'wide');
  assert.is(choose([narrow, finalist('worse', 0.248, 0.119, 0.9)], noFloors, current)?.settings, 'narrow');
});

test('lists that show less than the current ones are refused on request, unless the current ones miss a baseline', () => {
  const narrow = finalist('narrow', 0.25, 0.12, 0.3);
  assert.is(choose([narrow], noFloors, current, true), undefined);
  assert.is(choose([narrow], { search: [0.22], confirm: [] }, current, true)?.settings, 'narrow');
});

test('the current settings stay unless there is a measurable gain', () => {
  assert.is(choose([finalist('same', 0.2001, 0.1)], noFloors, current), undefined);
  assert.is(choose([finalist('wide', 0.2, 0.1, 0.9)], noFloors, current)?.settings, 'wide');
  assert.is(choose([current], noFloors, current), undefined);
});
