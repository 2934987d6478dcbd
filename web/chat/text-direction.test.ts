// The direction of texts that people type, also of those that begin in the other script.
import { assert, suite } from '../../fixtures/suite.ts';
import { directionOfText } from './text-direction.ts';

const test = suite('the direction of a text');

for (const [text, direction] of [
  ['Is it in stock?', 'ltr'],
  ['هل هو متوفر؟', 'rtl'],
  ['Juno Sundress متوفر بمقاس M؟', 'rtl'],
  ['Juno Sundress متوفر', 'rtl'],
  ['Is قميص in stock?', 'ltr'],
  ['https://shop.example/product/6 متوفر', 'rtl'],
  ['ann@example.org هذا بريدي', 'rtl'],
  ['Can you spell قميص for me?', 'ltr'],
  ['האם Juno Sundress במלאי?', 'rtl'],
  ['38 – 40 €', 'auto'],
  ['', 'auto'],
] as const)
  test(`${text || 'nothing'}: ${direction}`, () => assert.is(directionOfText(text), direction));
