// The questions of `couture connect` whose answers the shop's tables propose.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { assert, suite } from '../../fixtures/suite.ts';
import { locales } from '../../runtime/contract/shop.ts';
import { loadConfig } from '../../runtime/core/config.ts';
import { optionTable } from '../../runtime/core/options.ts';
import { packageRoot } from '../../sql/package-root.ts';
import type { ShopProfile } from '../../sql/source/shop-profile.ts';
import { silent } from './conversation.ts';
import { askSettings } from './settings.ts';

const test = suite('settings that connect asks for');

const profile: ShopProfile = {
  products: 1,
  variants: 1,
  orders: 1,
  statuses: [],
  currency: 'EUR',
  currencies: [],
  newestOrder: undefined,
  minorPrice: undefined,
  addresses: { products: 1, without_url: 0, relative_urls: 0, relative_pictures: 0, plain_origins: [] },
  language: 'de',
  samples: [],
  name: undefined,
  url: undefined,
};

/** Asks as `connect --yes` does, with these flags. */
async function withFlags(flags: Record<string, string | boolean>) {
  const complaints: string[] = [];
  const loaded = loadConfig({ env: {}, flags });
  const settings = await askSettings(profile, 'django', loaded, silent, (line) => complaints.push(line));
  return { settings, complaints };
}

/** Asks with the file's settings, and answers the question about the language. */
async function ask(
  answers: string[],
  { file = {}, ...figures }: Partial<ShopProfile> & { file?: Record<string, unknown> } = {},
) {
  const complaints: string[] = [];
  const loaded = loadConfig({ env: {}, flags: file });
  const fromFile = ['locale', 'minorUnits'].filter((key) => key in file);
  const origins = { ...loaded.origins, ...Object.fromEntries(fromFile.map((key) => [key, 'file' as const])) };
  const conversation = {
    ...silent,
    interactive: true,
    ask: async (question: string, fallback: string) =>
      question.startsWith('Default language') ? (answers.shift() ?? fallback) : fallback,
  };
  const settings = await askSettings(
    { ...profile, ...figures },
    'django',
    { ...loaded, origins },
    conversation,
    (line) => complaints.push(line),
  );
  return { settings, complaints };
}

test('the language of the shop is proposed, if it is one of the storefront', async () => {
  assert.is((await ask([])).settings.locale, 'de');
  assert.not.ok('locale' in (await ask([], { language: 'fr' })).settings);
  assert.is((await ask([], { file: { locale: 'en' } })).settings.locale, 'en');
});

test('another language is asked for again, and none removes it from the file', async () => {
  const { settings, complaints } = await ask(['fr', 'EN']);
  assert.is(settings.locale, 'en');
  assert.match(complaints[0]!, '"fr"');
  const removed = await ask(['none'], { file: { locale: 'de' } });
  assert.ok('locale' in removed.settings);
  assert.is(removed.settings.locale, undefined);
});

test('a checkout URL turns the storefront on, which is what hands bags over', async () => {
  const shopUrl = 'https://shop.example';
  const checkoutUrl = 'https://shop.example/cart/{items}';
  assert.is((await withFlags({ shopUrl })).settings.storefront, false);
  const { settings, complaints } = await withFlags({ shopUrl, checkoutUrl });
  assert.equal([settings.storefront, settings.checkoutUrl], [true, checkoutUrl]);
  assert.equal(complaints, []);
  const off = await withFlags({ shopUrl, checkoutUrl, storefront: false });
  assert.equal([off.settings.storefront, off.settings.checkoutUrl], [false, checkoutUrl]);
  assert.match(off.complaints.join('\n'), '--storefront');
});

test('option, API and front end have the same languages', () => {
  const { sourceLocale, targetLocales } = JSON.parse(
    readFileSync(path.join(packageRoot, 'web', 'lit-localize.json'), 'utf8'),
  );
  assert.equal([...locales], [sourceLocale, ...targetLocales]);
  assert.equal([...optionTable.locale.schema.unwrap().options], [...locales]);
});

test('prices may be in cents where a currency has them; Enter is yes where most prices have', async () => {
  const unit = async (currency: string) =>
    (await ask([], { currency, minorPrice: 1999 })).settings.minorUnits;
  assert.is(await unit('EUR'), true);
  for (const currency of ['INR', 'CZK']) assert.is(await unit(currency), false, currency);
  for (const currency of ['JPY', 'KWD']) assert.is(await unit(currency), undefined, currency);
  const file = { currency: 'EUR', minorUnits: false };
  assert.is((await ask([], { minorPrice: 1999, file })).settings.minorUnits, false, 'as answered before');
});
