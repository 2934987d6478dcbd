// Step 4: what only the shop knows (its URLs, name, currency, checkout, login) → settings. Each is a flag as well.
import { locales } from '../../runtime/contract/shop.ts';
import type { ConfigOrigin, LoadedConfig } from '../../runtime/core/config.ts';
import { CoutureError } from '../../runtime/core/errors.ts';
import { loginNames } from '../../runtime/core/login-options.ts';
import { type OptionKey, optionRow } from '../../runtime/core/options.ts';
import type { PlatformName } from '../../sql/source/platforms.ts';
import type { ShopLook } from '../../sql/source/shop-look.ts';
import { count } from '../terminal/figures.ts';
import { askUntil, type Conversation, confirm } from './conversation.ts';

/** Settings that `connect` asks for, in the order of the questions. */
export const connectSettings = [
  'shopUrl',
  'mediaUrl',
  'productUrl',
  'shopName',
  'brandColor',
  'logoUrl',
  'icon',
  'fontFamily',
  'legalText',
  'footerLinks',
  'currency',
  'locale',
  'checkoutUrl',
  'login',
  'storefront',
  'publicUrl',
  'corsOrigins',
  'countStatus',
  'leaveOutStatus',
] as const satisfies OptionKey[];

/** Key → value as it is written to the file. */
export type Answers = Partial<Record<OptionKey, unknown>>;

/** Where platforms serve uploaded pictures whose paths are relative. */
const mediaFolders: Partial<Record<PlatformName, string>> = {
  django: '/media/',
  oscar: '/media/',
  saleor: '/media/',
  vendure: '/assets/',
};

/** Asks for every setting that neither a flag nor the environment gives. */
export async function askSettings(
  look: ShopLook | undefined,
  platform: PlatformName | undefined,
  loaded: LoadedConfig,
  conversation: Conversation,
  complain: (line: string) => void,
): Promise<Answers> {
  const answers: Answers = {};
  const ask = async (key: OptionKey, question: string, fallback: string) => {
    const value = answered(loaded, key)
      ? loaded.written[key]
      : await askUntil(conversation, question, fallback, (answer) => parsed(key, answer), complain);
    // None, where the file has one: it is removed.
    if (value !== undefined || loaded.origins[key] === 'file') answers[key] = value;
    return value as string | undefined;
  };
  const known = (key: OptionKey, otherwise: string | undefined) =>
    loaded.origins[key] === 'default' ? (otherwise ?? '') : String(loaded.written[key] ?? otherwise ?? '');
  const shopUrl = await ask('shopUrl', 'URL of the shop', known('shopUrl', withScheme(look?.url)));
  const folder = platform && mediaFolders[platform];
  if (shopUrl && (look ? look.addresses.relative_pictures > 0 : folder !== undefined)) {
    const pictures = new URL(folder ?? '/', shopUrl).href;
    await ask('mediaUrl', 'URL that paths of pictures are relative to', known('mediaUrl', pictures));
  } else await keep('mediaUrl');
  await keep('productUrl');
  await ask('shopName', 'Name of the shop', known('shopName', look?.name));
  for (const key of ['brandColor', 'logoUrl', 'icon', 'fontFamily', 'legalText', 'footerLinks'] as const)
    await keep(key);
  const currency = known('currency', look?.currency);
  const saysNothing = currency === '' && !conversation.interactive && !answered(loaded, 'currency');
  // Without the right to read the tables, --continue learns it later.
  if (saysNothing && look)
    complain(
      "The shop's tables do not say the currency of its prices; EUR is assumed. Set it with --currency.",
    );
  else if (!saysNothing) await ask('currency', `Currency of prices${currencyWords(look)}`, currency || 'EUR');
  const language = locales.find((each) => each === look?.language);
  await ask(
    'locale',
    `Default language of couture's pages and widgets (${locales.join(', ')}; none: the browser's)`,
    known('locale', language),
  );
  const login = loginNames.find((name) => name === platform);
  await ask('login', `Login that issues its tokens (${loginNames.join(', ')})`, known('login', login));
  if (shopUrl && !answered(loaded, 'storefront')) {
    // Only the storefront hands bags over, so a checkout URL asks for one.
    const own = loaded.origins.storefront === 'default' ? checkoutIsGiven() : loaded.config.storefront;
    answers.storefront = await confirm(conversation, "Serve couture's own storefront beside the shop?", own);
  } else await keep('storefront');
  if (answers.storefront ?? loaded.config.storefront) {
    const checkout =
      "URL of the shop's checkout, to which the storefront hands over a bag: {items} is id:quantity,…";
    await ask('checkoutUrl', checkout, known('checkoutUrl', ''));
  } else {
    await keep('checkoutUrl');
    if (checkoutIsGiven())
      complain(
        'Only couture’s storefront uses the checkout URL, and it is off. Turn it on with --storefront.',
      );
  }
  const publicUrl = await ask('publicUrl', 'URL at which browsers reach couture', known('publicUrl', ''));
  answers.corsOrigins = originsWith(shopUrl, publicUrl, loaded);
  if ((answers.corsOrigins as string[]).length === 0) delete answers.corsOrigins;
  return answers;

  function checkoutIsGiven(): boolean {
    return loaded.origins.checkoutUrl !== 'default';
  }

  async function keep(key: OptionKey): Promise<void> {
    if (loaded.origins[key] !== 'default' && loaded.written[key] !== undefined)
      answers[key] = loaded.written[key];
  }
}

export interface SettingChange {
  readonly key: OptionKey;
  readonly before: unknown;
  readonly after: unknown;
}

/** What differs from the file. Values of the environment stay there. */
export function settingChanges(
  answers: Answers,
  file: Readonly<Record<string, unknown>>,
  origins: Readonly<Record<OptionKey, ConfigOrigin>>,
): SettingChange[] {
  return (Object.keys(answers) as OptionKey[])
    .filter((key) => origins[key] !== 'environment')
    .map((key) => ({ key, before: file[key], after: answers[key] }))
    .filter(({ before, after }) => JSON.stringify(before) !== JSON.stringify(after));
}

/** Whether a flag or the environment gives the answer, so that nobody is asked. */
function answered({ origins }: LoadedConfig, key: OptionKey): boolean {
  return origins[key] === 'flag' || origins[key] === 'environment';
}

/** The answer in the form of the file; undefined for none. */
function parsed(key: OptionKey, answer: string): string | undefined {
  if (answer === '' || /^(?:none|-)$/i.test(answer)) return undefined;
  const value = key.endsWith('Url') ? withScheme(answer)! : inCase(key, answer);
  const row = optionRow(key);
  const result = row.schema.safeParse(value);
  if (result.success) return value;
  const problem = result.error.issues[0]?.message ?? 'invalid value';
  throw new CoutureError('bad_option', `${JSON.stringify(answer)}: ${problem}`, `${row.doc}.`);
}

function inCase(key: OptionKey, answer: string): string {
  if (key === 'currency') return answer.toUpperCase();
  return key === 'login' || key === 'locale' ? answer.toLowerCase() : answer;
}

/** People type `shop.example`. Paths stay paths. */
function withScheme(address: string | undefined): string | undefined {
  if (!address || /^(?:https?:)?\//i.test(address)) return address;
  return `https://${address}`;
}

function currencyWords(look: ShopLook | undefined): string {
  const { currencies = [] } = look ?? {};
  if (currencies.length < 2) return '';
  return ` (orders: ${currencies.map(({ currency, orders }) => `${count(orders)} in ${currency}`).join(', ')})`;
}

/** The pages of the shop embed the widgets, so browsers must let them. */
function originsWith(
  shopUrl: string | undefined,
  publicUrl: string | undefined,
  { config }: LoadedConfig,
): string[] {
  const origins = [...config.corsOrigins];
  if (!shopUrl) return origins;
  const { origin } = new URL(shopUrl);
  const same = publicUrl !== undefined && new URL(publicUrl).origin === origin;
  return same || origins.includes(origin) ? origins : [...origins, origin];
}
