// The shop's words: one term for one thing, plain English, one voice in German and Arabic. Add a pattern when a word is decided on.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { assert, suite } from '../../fixtures/suite.ts';
import { templates } from './de.ts';

const test = suite('the words of the shop');

/** Relative to dist/web/locales; locales.test.ts keeps the files in it equal to the sources. */
const xliff = path.resolve(import.meta.dirname, '../../../web/locales/xliff');

/** Pattern → what to write instead. */
const english: ReadonlyArray<readonly [RegExp, string]> = [
  [/\bpieces?\b/i, 'item'],
  [/\b(cart|basket)\b/i, 'bag'],
  [/\bwatch(ed)? list\b|\bwish ?list\b/i, 'watchlist'],
  [/\brising\b/i, 'trending'],
  [/\b(without|no|is there a) network\b|\bnetwork\b/i, 'offline, connection'],
  [/\be-mail\b/i, 'email'],
  [/\b(log|sign) ?in to\b.*\blog ?in\b|\blog ?(in|out)\b/i, 'sign in, sign out'],
  [/\bto be had\b|\bat hand\b|\bwhoever\b|\bput (it|them) in\b/i, 'available, your device, who, added'],
  [/\blook(s|ed|ing)? (at|around|upon)\b|\bgo(es)? on\b/i, 'view, check, continue'],
  [
    /\bforbidden\b|\bof this moment\b|\bit is (not )?known\b|\bnone of the\b/i,
    'blocked, up to date, we can’t …',
  ],
  [/\b(your|the) own words\b|\bkept on\b|\bnot to be\b|\bso far\b/i, 'unverified, saved on, currently, yet'],
  [
    /\b(is|are|was|were|do|does|did|has|have|could|would|should|can|will|must) ?not\b/i,
    'a contraction: isn’t, can’t',
  ],
  [/\b(you|we|they) (are|have|will)\b|\b(it|that|there) is\b(?! no page)/i, 'a contraction: you’re, it’s'],
  [/\b[A-Za-z]+ (is|are) \w+ of\b/i, 'an active sentence'],
  [/'|"|\.\.\./, '’ “ ” …'],
  [/\d %|\} %|\s{2}|!/, 'no space before %, single spaces, no exclamation marks'],
  [/\b(color|favorite|minimize)\b/i, 'British spelling'],
];

const german: ReadonlyArray<readonly [RegExp, string]> = [
  [/[a-zäöüß,;] (Sie|Ihr(e[mnrs]?)?|Ihnen)\b|^(Ihr(e[mnrs]?)?|Ihnen)\b/, 'du, dein'],
  [/\bWarenkorb\b|\bEinkaufswagen\b/, 'Tasche'],
  [/\bLaden\b|\bGeschäft\b/, 'Shop'],
  [/\bWunschliste\b|\bBeobachtungsliste\b/, 'Merkliste'],
  [/\bProdukte?n?\b/, 'Artikel'],
  [/\bE-?mail\b(?!-)|\bEmail\b/, 'E-Mail'],
  [/'|"|\.\.\.|\s{2}|!/, '’ „ “ …'],
  [/\S%/, 'a space before %'],
];

const arabic: ReadonlyArray<readonly [RegExp, string]> = [
  [/حقيبة التسوق|عربة/, 'السلة'],
  [/المفضلة|قائمة الأمنيات/, 'قائمة المتابعة'],
  [/[?,;%]|'|"|\.\.\.|\s{2}|!/, '، ؛ ؟ ٪ « » …'],
  [/[٠-٩]/, 'a placeholder: digits follow the region'],
];

const bare = (text: string) =>
  text
    .replaceAll(/<x [^>]*\/>/g, '{}')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');

function refused(texts: readonly string[], list: typeof english): string[] {
  return texts.flatMap((text) =>
    list.flatMap(([pattern, instead]) =>
      pattern.test(text) ? [`${text}   (${pattern.exec(text)![0]}: write ${instead})`] : [],
    ),
  );
}

const unitsOf = (locale: string) =>
  [
    ...readFileSync(path.join(xliff, `${locale}.xlf`), 'utf8').matchAll(
      /<source>([\s\S]*?)<\/source>\s*<target>([\s\S]*?)<\/target>/g,
    ),
  ].map(([, source, target]) => ({ source: bare(source!), target: bare(target!) }));
const units = unitsOf('de');

test('every English text uses the shop’s words', () => {
  assert.is(units.length, Object.keys(templates).length);
  assert.equal(
    refused(
      units.map((each) => each.source),
      english,
    ),
    [],
  );
});

test('every German text says du and uses the shop’s words', () => {
  assert.equal(
    refused(
      units.map((each) => each.target),
      german,
    ),
    [],
  );
});

test('every Arabic text uses the shop’s words and Arabic punctuation, and isolates stand in pairs', () => {
  const texts = unitsOf('ar').map((each) => each.target);
  assert.is(texts.length, units.length);
  assert.equal(refused(texts, arabic), []);
  assert.equal(
    texts.filter((text) => text.split('\u2068').length !== text.split('\u2069').length),
    [],
  );
});

test('the list refuses what was once on the shop’s pages', () => {
  for (const words of [
    'Not to be had now',
    '16 pieces, and that is all.',
    'Look at the bag',
    'Rising now',
    'Go on looking around',
    'There is no network, so it is not known who you are.',
    'You have forbidden messages of this shop.',
    'Keep the shop at hand',
    'Prices and stock are of this moment.',
    'The file did not arrive. Is there a network?',
    'Nothing found so far.',
    'It is off your watch list.',
    'Sells 41 % more than usual',
  ])
    assert.ok(refused([words], english).length > 0, words);
  for (const words of ['Sagen Sie mir', 'Ihr Name', 'Zum Laden'])
    assert.ok(refused([words], german).length > 0, words);
});
