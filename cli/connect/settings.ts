// Step 4: what only the shop knows (its URLs, name, currency, checkout, login) → settings. Each is a flag as well.
import { locales } from '../../runtime/contract/shop.ts';
import type { ConfigOrigin, LoadedConfig } from '../../runtime/core/config.ts';
import { CoutureError } from '../../runtime/core/errors.ts';
import { loginNames } from '../../runtime/core/login-options.ts';
import { type OptionKey, optionRow } from '../../runtime/core/options.ts';
import { hasCents } from '../../sql/source/minor-units.ts';
import type { PlatformName } from '../../sql/source/platforms.ts';
import type { ShopProfile } from '../../sql/source/shop-profile.ts';
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
  'minorUnits',
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

/** Currencies in which most shops have prices with cents; those in rupees, crowns or pesos are whole. */
const pricedInCents = new Set(['AUD', 'BRL', 'CAD', 'CHF', 'EUR', 'GBP', 'NZD', 'PLN', 'RON', 'SGD', 'USD']);

/** Asks for every setting that neither a flag nor the environment gives. */
export async function askSettings(
  profile: ShopProfile | undefined,
  platform: PlatformName | undefined,
  loaded: LoadedConfig,
  conversation: Conversation,
  complain: (line: string) => void,
): Promise<Answers> {
  const questions = new Questions({ profile, platform, loaded, conversation, complain });
  const shopUrl = await questions.addresses();
  await questions.brand();
  await questions.money();
  await questions.language();
  await questions.login();
  await questions.storefront(shopUrl);
  await questions.runtime(shopUrl);
  return questions.answers;
}

interface QuestionParts {
  /** What the shop's tables say; undefined without the right to read them. */
  readonly profile: ShopProfile | undefined;
  readonly platform: PlatformName | undefined;
  readonly loaded: LoadedConfig;
  readonly conversation: Conversation;
  /** Prints a line that the person should act on. */
  readonly complain: (line: string) => void;
}

/** The questions by subject, in the order in which they are asked. */
class Questions {
  readonly answers: Answers = {};
  readonly #parts: QuestionParts;

  constructor(parts: QuestionParts) {
    this.#parts = parts;
  }

  /** @returns the URL of the shop */
  async addresses(): Promise<string | undefined> {
    const { profile, platform } = this.#parts;
    const shopUrl = await this.#ask('shopUrl', 'URL of the shop', withScheme(profile?.url));
    const folder = platform && mediaFolders[platform];
    if (shopUrl && (profile ? profile.addresses.relative_pictures > 0 : folder !== undefined)) {
      const pictures = new URL(folder ?? '/', shopUrl).href;
      await this.#ask('mediaUrl', 'URL that paths of pictures are relative to', pictures);
    } else this.#keep('mediaUrl');
    this.#keep('productUrl');
    return shopUrl;
  }

  async brand(): Promise<void> {
    await this.#ask('shopName', 'Name of the shop', this.#parts.profile?.name);
    for (const key of ['brandColor', 'logoUrl', 'icon', 'fontFamily', 'legalText', 'footerLinks'] as const)
      this.#keep(key);
  }

  async money(): Promise<void> {
    const { profile, loaded, conversation, complain } = this.#parts;
    const currency = this.#known('currency', profile?.currency);
    const isSilent = currency === '' && !conversation.interactive && !isAnswered(loaded, 'currency');
    if (!isSilent) {
      const question = `Currency of prices${currencyWords(profile)}`;
      await this.#ask('currency', question, profile?.currency || 'EUR');
    } else if (profile)
      complain(
        "The shop's tables do not say the currency of its prices; EUR is assumed. Set it with --currency.",
      );
    // Without the right to read the tables, --continue learns it later.
    await this.#unit();
  }

  /** Whether amounts are in cents. */
  async #unit(): Promise<void> {
    const { profile, loaded, conversation } = this.#parts;
    this.#keep('minorUnits');
    const price = profile?.minorPrice;
    const currency = String(this.answers.currency ?? loaded.config.currency);
    if (price === undefined || !conversation.interactive || isAnswered(loaded, 'minorUnits')) return;
    if (!hasCents(currency)) return;
    const question = `No price has a fraction. Is the price ${price} in cents, so that it is ${(price / 100).toFixed(2)}?`;
    const known =
      loaded.origins.minorUnits === 'file' ? loaded.config.minorUnits : pricedInCents.has(currency);
    this.answers.minorUnits = await confirm(conversation, question, known);
  }

  async language(): Promise<void> {
    const language = locales.find((each) => each === this.#parts.profile?.language);
    const choices = `${locales.join(', ')}; none: the browser's`;
    await this.#ask('locale', `Default language of couture's pages and widgets (${choices})`, language);
  }

  async login(): Promise<void> {
    const login = loginNames.find((name) => name === this.#parts.platform);
    await this.#ask('login', `Login that issues its tokens (${loginNames.join(', ')})`, login);
  }

  /** Whether couture's own storefront is served, and where it hands over a bag. */
  async storefront(shopUrl: string | undefined): Promise<void> {
    const { loaded, conversation, complain } = this.#parts;
    const checkoutIsGiven = loaded.origins.checkoutUrl !== 'default';
    if (shopUrl && !isAnswered(loaded, 'storefront')) {
      // Only the storefront hands bags over, so a checkout URL asks for one.
      const own = loaded.origins.storefront === 'default' ? checkoutIsGiven : loaded.config.storefront;
      const question = "Serve couture's own storefront beside the shop?";
      this.answers.storefront = await confirm(conversation, question, own);
    } else this.#keep('storefront');
    if (this.answers.storefront ?? loaded.config.storefront) {
      const question =
        "URL of the shop's checkout, to which the storefront hands over a bag: {items} is id:quantity,…";
      await this.#ask('checkoutUrl', question, undefined);
      return;
    }
    this.#keep('checkoutUrl');
    if (checkoutIsGiven)
      complain(
        'Only couture’s storefront uses the checkout URL, and it is off. Turn it on with --storefront.',
      );
  }

  /** Where browsers reach couture, and which pages may embed it. */
  async runtime(shopUrl: string | undefined): Promise<void> {
    const publicUrl = await this.#ask('publicUrl', 'URL at which browsers reach couture', undefined);
    const origins = originsWith(shopUrl, publicUrl, this.#parts.loaded);
    if (origins.length > 0) this.answers.corsOrigins = origins;
  }

  /** @param otherwise proposed where the file says nothing */
  async #ask(key: OptionKey, question: string, otherwise: string | undefined): Promise<string | undefined> {
    const { loaded, conversation, complain } = this.#parts;
    const value = isAnswered(loaded, key)
      ? loaded.written[key]
      : await askUntil(
          conversation,
          question,
          this.#known(key, otherwise),
          (answer) => parsed(key, answer),
          complain,
        );
    // None, where the file has one: it is removed.
    if (value !== undefined || loaded.origins[key] === 'file') this.answers[key] = value;
    return value as string | undefined;
  }

  /** What the file or the shop says; '' for nothing. */
  #known(key: OptionKey, otherwise: string | undefined): string {
    const { origins, written } = this.#parts.loaded;
    return origins[key] === 'default' ? (otherwise ?? '') : String(written[key] ?? otherwise ?? '');
  }

  #keep(key: OptionKey): void {
    const { origins, written } = this.#parts.loaded;
    if (origins[key] !== 'default' && written[key] !== undefined) this.answers[key] = written[key];
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
function isAnswered({ origins }: LoadedConfig, key: OptionKey): boolean {
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

function currencyWords(profile: ShopProfile | undefined): string {
  const { currencies = [] } = profile ?? {};
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
