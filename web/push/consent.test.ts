// consent-texts.json has the texts of every version of the consent to notifications; the last version is the current one.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { assert, suite } from '../../fixtures/suite.ts';
import { consentVersion } from './consent.ts';
import { topicWords } from './topic-words.ts';

const test = suite('the consent to notifications');

const web = path.resolve(import.meta.dirname, '../../../web');
const read = (...names: string[]) => readFileSync(path.join(web, ...names), 'utf8');
const versions = JSON.parse(read('push', 'consent-texts.json')) as Record<string, Record<string, string[]>>;

test('the texts of the current version are those that shoppers see, in every language', () => {
  const current = Object.keys(versions).at(-1)!;
  assert.is(consentVersion, current, 'consent.ts names the last version of consent-texts.json');
  const { en, ...translated } = versions[current]!;
  assert.equal(en!.slice(2), (['orders', 'prices', 'stock', 'news', 'bag'] as const).map(topicWords), advice);
  const toggle = read('push', 'push-toggle.element.ts');
  for (const text of en!.slice(0, 2)) assert.match(toggle, `msg('${text}')`, advice);
  for (const [locale, texts] of Object.entries(translated))
    assert.equal(
      texts,
      en!.map((text) => translation(locale, text)),
      `${locale}: ${advice}`,
    );
});

const advice = 'the texts changed: add a version to consent-texts.json and name it in consent.ts';

function translation(locale: string, text: string): string | undefined {
  const units = read('locales', 'xliff', `${locale}.xlf`).split('<trans-unit ');
  return /<target>(.*?)<\/target>/s.exec(
    units.find((unit) => unit.includes(`<source>${text}</source>`)) ?? '',
  )?.[1];
}
