// Pages with their content, so that shoppers see products before any script has loaded, and without scripts. A page is the
// front end's shell with a head, a header, a main part and the answers of the API that it was made from; the app begins with
// these answers and then replaces what was written. Light DOM, not declarative shadow DOM: the strict content security policy
// allows no styles inside shadow roots, and Safari 16.0 and Firefox 115 would show nothing. Pages depend on the URL, the
// language and the data, never on who asks, so shared caches may keep them.
import type { Context } from 'koa';
import { LRUCache } from 'lru-cache';
import { directionOf } from '../../contract/direction.ts';
import type { Locale, ShopBrand } from '../../contract/shop.ts';
import { isLongName } from '../../contract/text.ts';
import { html, Markup } from '../../escape-html.ts';
import type { Rendered } from '../../shop/rendered.ts';
import { type PageHead, scriptJson, writePage } from '../page.ts';
import { writingIn } from './card-markup.ts';
import { type PageLanguage, pageLanguage } from './page-language.ts';
import { categoryPath, type PageFrame } from './page-markup.ts';
import { pageWords } from './words.ts';

export interface WrittenPagesSettings {
  /** The front end's index.html. */
  readonly shell: string;
  readonly name: string;
  readonly sample: boolean;
  readonly brand: ShopBrand;
  readonly currency: string;
  readonly locale: Locale | undefined;
  readonly basePath: string;
}

/** What a page is made from: URL of the API → its answer. */
export type PageAnswers = Readonly<Record<string, Rendered>>;

export interface PageContent {
  readonly main: Markup;
  /** Names for the row of the header. */
  readonly categories: readonly string[];
  /** Picture that the browser loads first. */
  readonly picture: string | null | undefined;
}

/** Memory budget of written pages, in bytes. */
const cacheBytes = 8 * 1024 * 1024;

/** Between these, the shell has what is shown before the app runs. */
const bootPart = /<header class="boot">[\s\S]*<\/noscript>/;

interface Written {
  /** ETags of the answers that it was made from. */
  readonly of: string;
  readonly text: string;
  readonly preload: string;
}

export class WrittenPages {
  readonly #settings: WrittenPagesSettings;
  readonly #written = new LRUCache<string, Written>({
    maxSize: cacheBytes,
    sizeCalculation: ({ text }, key) => 2 * (text.length + key.length) + 200,
  });

  constructor(settings: WrittenPagesSettings) {
    this.#settings = settings;
  }

  /**
   * Writes a page.
   * @param key the page, without its language
   * @param make called only if the answers or the language have changed since this page was written last
   */
  write(
    ctx: Context,
    key: string,
    answers: PageAnswers,
    head: PageHead | undefined,
    make: (frame: PageFrame) => PageContent,
  ): string {
    const language = pageLanguage(ctx, this.#settings.locale);
    const of = Object.values(answers)
      .map(({ etag }) => etag)
      .join();
    const whole = `${language.lang} ${language.format} ${key}`;
    let written = this.#written.get(whole);
    if (written?.of !== of) {
      written = { of, ...this.#make(language, answers, make) };
      this.#written.set(whole, written);
    }
    const { text, preload } = written;
    return withLanguage(writePage(this.#settings.shell, head, '', preload), language).replace(
      bootPart,
      () => text,
    );
  }

  #make(
    language: PageLanguage,
    answers: PageAnswers,
    make: (frame: PageFrame) => PageContent,
  ): Omit<Written, 'of'> {
    const { name, sample, locale, currency, basePath } = this.#settings;
    const writing = writingIn(language, currency, sample ? 'en' : locale);
    const { main, categories, picture } = make({ ...writing, basePath, sample, shopName: name });
    const json = Object.entries(answers).map(
      ([url, { bytes }]) => `${JSON.stringify(url)}:${bytes.toString()}`,
    );
    const data = `<script type="application/json" id="couture-answers">${scriptJson(`{${json.join()}}`)}</script>`;
    return {
      text: `${bootMarkup({ ...this.#settings, lang: language.lang, categories, main }).text}${data}`,
      preload: picture
        ? html`<link rel="preload" as="image" href="${picture}" fetchpriority="high">`.text
        : '',
    };
  }
}

/** The shell for pages without content of their own, with the header of this shop. */
export function bootShell(shell: string, settings: BootSettings): string {
  const { text } = bootMarkup(settings);
  return shell.replace(bootPart, () => text);
}

type BootSettings = Pick<WrittenPagesSettings, 'name' | 'brand' | 'basePath'> & {
  readonly lang: Locale;
  readonly categories?: readonly string[];
  readonly main?: Markup;
};

/** The header, the main part, and a note for readers without scripts. */
function bootMarkup({
  name,
  brand,
  basePath,
  lang,
  categories = [],
  main = emptyMain,
}: BootSettings): Markup {
  const words = pageWords[lang];
  const logo = brand.logo_url;
  const row = categories.map(
    (each) => html`<li><a href="${categoryPath(each, { basePath })}">${each}</a></li>`,
  );
  return html`<header class="boot"><a class="${isLongName(name) ? 'boot-name long' : 'boot-name'}" href="${basePath}/">${logo ? html`<img src="${logo}" alt="${name}">` : name}</a>${categories.length > 0 && html`<nav aria-label="${words.categories}"><ul>${row}</ul></nav>`}</header>
${main}
<noscript><p class="boot-note" lang="${lang}">${words.noScript} <a href="${basePath}/sitemap.xml">${words.siteMap}</a></p></noscript>`;
}

const emptyMain = new Markup('<main class="boot"></main>');

function withLanguage(page: string, { lang }: PageLanguage): string {
  return page.replace(/<html\b[^>]*>/, `<html lang="${lang}" dir="${directionOf(lang)}">`);
}
