// The evaluation and the shop's settings → the accessibility statement as data, in one language.
import type { AccessibilityStatement } from '../../contract/accessibility.ts';
import type { Locale } from '../../contract/shop.ts';
import { criterionName } from './criterion-names.ts';
import { accessibilityTests, type Criterion, criteria, evaluatedOn } from './evaluation.ts';
import { statementWords } from './statement-words.ts';

export interface StatementShop {
  readonly name: string;
  /** E-mail address or URL; undefined: none. */
  readonly contact: string | undefined;
}

export function accessibilityStatement(
  { name, contact }: StatementShop,
  lang: Locale,
): AccessibilityStatement {
  const { scope, limitations } = statementWords[lang];
  return {
    shop: name,
    language: lang,
    standards: ['WCAG 2.2 AA', 'EN 301 549 V3.2.1, clause 9'],
    scope: [...scope],
    evaluated_on: evaluatedOn,
    contact: contact ?? null,
    criteria: criteria.map((criterion) => entry(criterion, lang)),
    limitations: [...limitations],
  };
}

function entry(criterion: Criterion, lang: Locale): AccessibilityStatement['criteria'][number] {
  const { number, level, conformance, tests = [], byHand, remark } = criterion;
  const named = tests.map((key) => accessibilityTests[key]);
  return {
    number,
    level,
    name: criterionName(number, lang),
    conformance,
    checked: [...new Set([...named.map(([kind]) => kind), ...(byHand ? (['by_hand'] as const) : [])])],
    tests: named.map(([, file, title]) => ({ file, title })),
    by_hand: byHand === undefined ? null : { date: evaluatedOn, what: byHand },
    remark: remark === undefined ? null : statementWords[lang].remarks[remark],
  };
}
