// The evaluation is complete and claims nothing without evidence: every criterion, every named test, every language.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { assert, suite } from '../../../fixtures/suite.ts';
import { packageRoot } from '../../../sql/package-root.ts';
import { accessibilityStatement as schema } from '../../contract/accessibility.ts';
import { locales } from '../../contract/shop.ts';
import { contrast } from '../../shop/brand-colours.ts';
import { accessibilityTests, criteria, evaluatedOn } from './evaluation.ts';
import { accessibilityStatement } from './statement.ts';

const test = suite('the accessibility evaluation');

/** https://www.w3.org/TR/WCAG22/, without 4.1.1, which is obsolete and removed. */
const levelA =
  '1.1.1 1.2.1 1.2.2 1.2.3 1.3.1 1.3.2 1.3.3 1.4.1 1.4.2 2.1.1 2.1.2 2.1.4 2.2.1 2.2.2 2.3.1 2.4.1 2.4.2 2.4.3 2.4.4 2.5.1 2.5.2 2.5.3 2.5.4 3.1.1 3.2.1 3.2.2 3.2.6 3.3.1 3.3.2 3.3.7 4.1.2'.split(
    ' ',
  );
const levelAA =
  '1.2.4 1.2.5 1.3.4 1.3.5 1.4.3 1.4.4 1.4.5 1.4.10 1.4.11 1.4.12 1.4.13 2.4.5 2.4.6 2.4.7 2.4.11 2.5.7 2.5.8 3.1.2 3.2.3 3.2.4 3.3.3 3.3.4 3.3.8 4.1.3'.split(
    ' ',
  );

test('every criterion of WCAG 2.2, level A and AA, is in the table once', () => {
  const listed = (level: string) =>
    criteria.filter((each) => each.level === level).map(({ number }) => number);
  assert.equal(listed('A').sort(), levelA.sort());
  assert.equal(listed('AA').sort(), levelAA.sort());
});

test('every test that is named exists, by file and title', () => {
  const missing = Object.values(accessibilityTests).filter(
    ([, file, title]) => !hasTest(path.join(packageRoot, file), title),
  );
  assert.equal(missing, []);
  const used = new Set(criteria.flatMap(({ tests = [] }) => tests));
  assert.equal(
    Object.keys(accessibilityTests).filter((key) => !used.has(key as never)),
    [],
    'tests that no criterion names',
  );
});

test('a test that does not exist is noticed', () => {
  const file = path.join(packageRoot, 'web/shop/accessibility.slow.test.ts');
  assert.ok(hasTest(file, 'all that can be pressed has the minimum target size'));
  assert.ok(hasTest(file, 'axe finds nothing on any page, phone, light'));
  assert.not(hasTest(file, 'buttons meet the maximum target size'));
  assert.not(hasTest(file, 'axe finds nothing'));
  assert.not(
    hasTest(
      path.join(packageRoot, 'web/nowhere.test.ts'),
      'all that can be pressed has the minimum target size',
    ),
  );
});

test('nothing is supported without a test or a note of what was checked by hand', () => {
  for (const { number, conformance, tests = [], byHand, remark } of criteria) {
    if (conformance === 'supported') assert.ok(tests.length > 0 || byHand, number);
    if (conformance === 'partly' || conformance === 'not_applicable') assert.ok(remark, `${number}: why?`);
    if (byHand !== undefined) assert.ok(byHand.length >= 20, `${number}: ${byHand}`);
    if (conformance === 'not_evaluated') assert.not(byHand ?? tests[0], `${number} has evidence`);
  }
  assert.ok(new Date(evaluatedOn).toISOString().startsWith(evaluatedOn));
});

test('the statement is complete in every language', () => {
  const [first, ...others] = locales.map((lang) =>
    schema.parse(accessibilityStatement({ name: 'Shop', contact: 'help@shop.example' }, lang)),
  );
  for (const other of others) {
    assert.is(other.scope.length, first!.scope.length);
    assert.is(other.limitations.length, first!.limitations.length);
    for (const [at, { number, name, remark }] of other.criteria.entries()) {
      assert.is.not(name, first!.criteria[at]!.name, number);
      assert.is(remark === null, first!.criteria[at]!.remark === null, number);
    }
  }
});

test('borders of fields and the focus ring stand out from every background', () => {
  const tokens = readFileSync(path.join(packageRoot, 'web/styles/tokens.css'), 'utf8');
  /** Light and dark colour of a token; of a shop's own colour, brand-colours.test.ts checks all. */
  const pair = (name: string) =>
    new RegExp(`--couture-${name}: light-dark\\(\\D*?(#\\w+)\\)?, .*?(#\\w+)\\)`).exec(tokens)!.slice(1);
  for (const line of ['line-strong', 'accent'].map(pair))
    for (const background of ['paper', 'surface', 'tint'].map(pair))
      for (const scheme of [0, 1])
        assert.ok(contrast(line[scheme]!, background[scheme]!) >= 3, `${line} on ${background}`);
});

/** Whether the file declares a test of this title, also from a template in a loop. */
function hasTest(file: string, title: string): boolean {
  if (!existsSync(file)) return false;
  const declared = readFileSync(file, 'utf8').matchAll(
    /\btest\(\s*(?:'((?:[^'\\]|\\.)+)'|"([^"]+)"|`([^`]+)`)/g,
  );
  return [...declared].some(([, single, double, template]) => {
    if (template === undefined) return (single?.replaceAll('\\', '') ?? double) === title;
    const parts = template.split(/\$\{[^}]*\}/).map((part) => part.replaceAll(/[.*+?^$()|[\]\\{}]/g, '\\$&'));
    return new RegExp(`^${parts.join('.+')}$`).test(title);
  });
}
