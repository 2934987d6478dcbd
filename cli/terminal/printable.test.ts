// Text with escape sequences and control characters on its way to the terminal and into exported files.
import { assert, suite } from '../../fixtures/suite.ts';
import { printable, printableLine } from './printable.ts';
import { renderTable } from './table.ts';

const test = suite('text for terminals');

const controls = Array.from({ length: 0xa0 }, (_, code) => String.fromCharCode(code)).filter((each) =>
  /\p{Cc}/u.test(each),
);
const reversing = [...'\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069'];
const sequences = [
  '\u001b[2J\u001b[H', // clears the screen
  '\u001b]0;owned\u0007', // sets the window's title
  '\u001b]8;;https://evil.test\u001b\\link\u001b]8;;\u001b\\', // a link that shows another text
  '\u009b31m', // colour, as one C1 character
  '\u001b[1A\u001b[2Kpaid', // rewrites the line above
  '\rTotal 0.00', // overwrites the line from its start
  '\u001bP+q544e\u001b\\', // asks the terminal to answer
];

test('no control character and no escape sequence reaches the terminal; text stays as it is', () => {
  for (const each of [...controls, ...reversing, ...sequences]) {
    const shown = printable(`Linen ${each} Shirt`);
    const kept = each === '\n' || each === '\t';
    assert.is(/[^\P{Cc}\n\t]|[\u2028-\u202e\u2066-\u2069]/u.test(shown), false, JSON.stringify(each));
    assert.is(shown.includes('\\u'), !kept, JSON.stringify(each));
    assert.ok(shown.startsWith('Linen ') && shown.endsWith(' Shirt'));
  }
  for (const text of ['Größe 38–40 · 49,95 €', '日本語', 'שמלה', 'אבג\u200f 5', '👗🏽', 'a\tb\nc'])
    assert.is(printable(text), text);
});

test('a document of JSON keeps its meaning', () => {
  for (const each of [...controls, ...reversing, ...sequences]) {
    const value = { name: `Linen ${each} Shirt`, [each]: [each] };
    assert.equal(JSON.parse(printable(JSON.stringify(value, null, 2))), value);
  }
});

test('a cell stays on its line', () => {
  for (const each of [...controls, ...sequences]) {
    const columns = [{ title: 'Product' }, { title: 'Price' }];
    const table = renderTable(columns, [[`Shirt${each}warning: all is well`, '1.00']], { colour: false });
    assert.is(table.split('\n').length, 3, JSON.stringify(each));
    assert.is(/[^\P{Cc}\n]/u.test(table), false, JSON.stringify(each));
  }
  assert.is(printableLine('Linen\r\n  Shirt'), 'Linen Shirt');
});
