// Sentences of the reports on push messages.
import { assert, suite } from '../../fixtures/suite.ts';
import { exampleOf } from '../push/example-messages.ts';
import type { JourneyFigures } from '../push-report/journey-report.ts';
import type { ServiceHealth } from '../push-report/push-health.ts';
import { busyJourneys, idleWords } from './journey-report.ts';
import { sunsetWords } from './push-health.ts';

const test = suite('words of push reports');

const nothing = { occasions: 0, sent: 0, waiting: 0, failed: 0, withheld: {}, enabled: true };

test('journeys without an occasion take one line, whether they are on or off', () => {
  const journeys = [
    { ...nothing, journey: 'viewed', occasions: 3 },
    { ...nothing, journey: 'bag', enabled: false },
    { ...nothing, journey: 'price-drop' },
    { ...nothing, journey: 'welcome', withheld: { cap: 1 } },
  ] as unknown as JourneyFigures[];
  assert.equal(
    busyJourneys({ journeys }).map(({ journey }) => journey),
    ['viewed', 'welcome'],
  );
  assert.is(idleWords({ journeys }), 'Without an occasion: bag (off), price-drop.');
  assert.is(idleWords({ journeys: journeys.slice(0, 1) }), '');
});

test('browsers that got no message are not said to have visited', () => {
  const sunset = { active: 9, reduced: 0, rare: 0, ended: 0 };
  const words = sunsetWords({ subscriptions: 9, sunset } as ServiceHealth, true);
  assert.is(words, 'No browser has had 5 messages without a visit or a click.');
});

test('examples are shown without the marks of direction', () => {
  const notification = { title: '\u2068Wool coat\u2069', body: 'ا: \u2068Wool coat\u2069', navigate: '/' };
  const { title, body } = exampleOf('7', JSON.stringify({ notification }));
  assert.equal([title, body], ['Wool coat', 'ا: Wool coat']);
});
