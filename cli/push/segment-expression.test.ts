// Expressions of segments: precedence, arguments, errors with their position, and text that parses to the same again.
import { Random } from '../../fixtures/random.ts';
import { assert, suite } from '../../fixtures/suite.ts';
import type { Audience } from '../../sql/store/push/segments.ts';
import { parseSegments, termsOf, writtenSegment } from './segment-expression.ts';

const test = suite('expressions of segments');
const bought = (argument: string): Audience => ({ segment: 'bought', argument });
const never: Audience = { segment: 'never-ordered', argument: null };

test('not binds tighter than and, and tighter than or, and parentheses change that', () => {
  const inactive: Audience = { segment: 'inactive', argument: '90' };
  assert.equal(parseSegments('inactive'), inactive);
  assert.equal(parseSegments('never-ordered or not bought:Coats and inactive'), {
    or: [never, { and: [{ not: bought('Coats') }, inactive] }],
  });
  assert.equal(parseSegments('(never-ordered OR bought:Coats)AND(inactive:90)'), {
    and: [{ or: [never, bought('Coats')] }, inactive],
  });
  assert.equal(parseSegments('not not never-ordered'), { not: { not: never } });
});

test('arguments may have spaces, and any text in quotes', () => {
  assert.equal(parseSegments('bought:Evening Dresses'), bought('Evening Dresses'));
  assert.equal(parseSegments('bought:Evening Dresses and never-ordered'), {
    and: [bought('Evening Dresses'), never],
  });
  assert.equal(parseSegments('bought:Sandals'), bought('Sandals'));
  assert.equal(parseSegments('bought:"Health and \\"Beauty\\" (new)"'), bought('Health and "Beauty" (new)'));
});

test('an error says what was expected, and where', () => {
  for (const [text, expected, at] of [
    ['', 'expected one of bought', undefined],
    ['bought:Coats and', 'expected one of bought', 17],
    ['bought:Coats and everybody', 'expected one of bought', 18],
    ['never-ordered inactive', 'expected "and", "or" or the end', 15],
    ['(never-ordered or inactive', 'expected "\\)" for the "\\(" at character 1', 27],
    ['never-ordered)', 'expected "and", "or" or the end', 14],
    ['not', 'expected one of', 4],
    ['inactive:soon or never-ordered', 'expected a number of days, such as inactive:90', 1],
    ['never-ordered:5', 'never-ordered takes no argument', 14],
    ['bought:"Coats', 'expected a closing double quote', 8],
    ['inactive and bought', 'expected bought:<category>', 14],
    [Array.from({ length: 21 }, () => 'inactive').join(' or '), 'at most 20 segments', 241],
    ['('.repeat(30), 'at most 20 levels', 21],
    ['x'.repeat(1_001), 'at most 1000 characters', 1],
  ] as const) {
    let message = '';
    try {
      parseSegments(text);
    } catch (error) {
      message = (error as Error).message;
    }
    assert.match(
      message,
      new RegExp(`${expected}.*${at === undefined ? '' : `, at character ${at}`}$`),
      text,
    );
  }
});

test('any expression, written as text, parses to the same again', () => {
  const random = new Random(3, 'segments');
  const whole = (below: number) => Math.floor(random.next() * below);
  const words = ['Coats', 'Health and Beauty', 'a "b" \\', '(', 'not', 'or so', 'x:y', 'Ünder 5'];
  const draw = (depth: number): Audience => {
    const kind = depth > 3 ? 3 : whole(5);
    if (kind === 0) return { and: [draw(depth + 1), draw(depth + 1)] };
    if (kind === 1) return { or: [draw(depth + 1), draw(depth + 1)] };
    if (kind === 2) return { not: draw(depth + 1) };
    return whole(2) === 0 ? never : bought(words[whole(words.length)]!);
  };
  for (let n = 0; n < 500; n++) {
    const audience = draw(0);
    if (termsOf(audience).length > 15 || writtenSegment(audience).length > 900) continue;
    assert.equal(parseSegments(writtenSegment(audience)), audience, writtenSegment(audience));
  }
});
