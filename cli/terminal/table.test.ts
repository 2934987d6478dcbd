// Tables: clipped and dropped columns on a narrow terminal, and empty cells.
import { assert, suite } from '../../fixtures/suite.ts';
import { renderTable } from './table.ts';

const test = suite('table');

const columns = [
  { title: 'Product', shrink: true },
  { title: 'Category', optional: true },
  { title: 'Price', align: 'right' as const },
  { title: 'Score', optional: true },
  { title: 'Why', shrink: true },
];
const rows = [
  ['Marlow Wrap Midi Dress', 'Dresses', '89.00', '0.71', 'bought together in 41 orders'],
  ['Hat', 'Hats', null, '0.10', 'bought together before'],
];

function linesOf(width?: number): string[] {
  return renderTable(columns, rows, { colour: false, width }).split('\n');
}

const longest = (lines: string[]) => Math.max(...lines.map((line) => [...line].length));

test('everything is shown if there is room', () => {
  const [head, rule, first, second] = linesOf();
  assert.is(head, ' Product                 Category  Price  Score  Why');
  assert.match(rule!, /^─+$/);
  assert.is(first, ' Marlow Wrap Midi Dress  Dresses   89.00  0.71   bought together in 41 orders');
  assert.is(second, ' Hat                     Hats          –  0.10   bought together before');
});

test('cells of a column that wraps break between words, and nothing is lost', () => {
  const wrapping = columns.map((column) => (column.title === 'Why' ? { ...column, wrap: true } : column));
  const lines = renderTable(wrapping, rows, { colour: false, width: 44 }).split('\n');
  assert.ok(longest(lines) <= 44, lines.join('\n'));
  const words = lines.slice(2).join(' ').split(/\s+/);
  for (const word of 'bought together in 41 orders before'.split(' ')) assert.ok(words.includes(word), word);
});

test('optional columns are dropped first, one by one', () => {
  const whole = longest(linesOf());
  assert.not.match(linesOf(whole)[0]!, 'Category');
  assert.match(linesOf(whole + 2)[0]!, 'Category');
  const narrow = linesOf(whole - 8);
  assert.match(narrow[0]!, 'Score');
  assert.not.match(narrow[0]!, 'Category');
  assert.not.match(linesOf(whole - 18)[0]!, 'Score');
});

test('then the widest shrinkable column is clipped with an ellipsis', () => {
  const lines = linesOf(46);
  assert.ok(longest(lines) <= 46, lines.join('\n'));
  assert.match(lines[2]!, /Marlow Wrap Mid.?… /);
  assert.match(lines[2]!, /bought together.*…$/);
  assert.match(lines[2]!, '89.00');
});

test('a terminal that is far too narrow still shows part of every column', () => {
  const lines = linesOf(10);
  assert.match(lines[2]!, /Marlow … +89\.00 +bought …/);
});
