// The pages: the storefront's, written with their content, and those of the sign-in, the console and for developers.
import path from 'node:path';
import { packageRoot } from '../sql/package-root.ts';
import type { Api } from './api-routes.ts';
import type { AppOptions } from './app-options.ts';
import { redirectToSlash } from './http/base-path.ts';
import type { Binding } from './http/bind.ts';
import { bootShell, WrittenPages } from './http/first-paint/written-pages.ts';
import { webManifest } from './http/manifest.ts';
import type { FrontEndSettings } from './http/middleware/front-end.ts';
import { readShell } from './http/page.ts';
import { accessibility } from './http/routes/accessibility.ts';
import { categoryPages } from './http/routes/category-page.ts';
import { demoSignIn } from './http/routes/demo-sign-in.ts';
import { embedPage } from './http/routes/embed-page.ts';
import { homePage } from './http/routes/home-page.ts';
import { pictures } from './http/routes/pictures.ts';
import { productPages } from './http/routes/product-page.ts';
import { signIn } from './http/routes/sign-in.ts';
import { sitemap } from './http/routes/sitemap.ts';
import type { SharesOfPool } from './http/shares-of-pool.ts';
import { shopIcon } from './http/shop-icon.ts';
import { withoutStorefront } from './http/without-storefront.ts';

export interface PageParts extends AppOptions {
  /** Style of the shop's brand, which the content security policy allows. */
  readonly style: string | undefined;
  readonly shares: SharesOfPool;
}

/** Theme colour of the built front end: that of its icon. */
const defaultColor = '#2563eb';
const sampleDescription = 'Dresses, knitwear, bags and shoes, chosen with care.';

/** Adds the pages. @returns what serving the built front end needs, which answers where no route does */
export function pageRoutes(
  binding: Binding,
  parts: PageParts,
  answers: Pick<Api, 'lists' | 'catalogue'>,
): Omit<FrontEndSettings, 'awaitClient'> {
  const { config, storefront, identity, demoLogin } = parts;
  const { basePath = '', locale, publicUrl } = config;
  const { name, sample } = identity;
  const folder = parts.site ?? path.join(packageRoot, 'dist', 'site');
  const frontPage = identity.storefront ? `${basePath}/` : '/';
  if (basePath) redirectToSlash(binding, basePath);
  if (config.signInUrl)
    signIn(binding, {
      verify: parts.verify,
      cookie: config,
      signInUrl: config.signInUrl,
      basePath,
      frontPage,
    });
  const { shell, console } = readShells(folder, parts);
  if (identity.storefront) {
    storefrontPages(binding, parts, shell, answers);
    webManifest(binding, { folder, basePath, locale }, identity);
  } else withoutStorefront(binding, name, basePath);
  accessibility(binding, {
    name,
    contact: config.accessibilityContact,
    legalText: identity.brand.legal_text,
    locale,
    basePath,
    shopPage: identity.storefront ? frontPage : (identity.url ?? undefined),
  });
  embedPage(binding, { catalogue: answers.catalogue, name, publicUrl, basePath });
  pictures(binding, storefront.pool);
  if (config.icon) shopIcon(binding, config.icon);
  if (demoLogin)
    demoSignIn(binding, {
      storefront,
      cookie: config,
      login: demoLogin,
      frontPage,
      console: `${basePath}/console`,
      stories: sample && identity.storefront ? `${basePath}/stories.html` : undefined,
      embed: `${basePath}/embed`,
    });
  return {
    folder,
    shell,
    basePath,
    console,
    storefront: identity.storefront,
    demo: demoLogin !== undefined,
    sample,
    locale: config.locale,
  };
}

/** The documents of the front end, filled in for this shop; undefined where they are not built. */
function readShells(folder: string, { config, identity, style }: PageParts) {
  const { basePath = '', currency, locale } = config;
  const { name, brand, sample } = identity;
  const options = {
    words: {
      __SHOP_NAME__: name,
      __SHOP_DESCRIPTION__: descriptionOf(identity),
      __THEME_COLOR__: identity.color ?? defaultColor,
    },
    facts: {
      'couture-currency': currency,
      'couture-shop-name': name,
      ...(locale ? { 'couture-locale': locale } : {}),
      ...(sample ? { 'couture-sample': 'true' } : {}),
      'couture-brand': JSON.stringify(brand),
      ...(basePath ? { 'couture-base': basePath } : {}),
    },
    lang: locale,
    style,
    basePath,
  };
  const built = readShell(path.join(folder, 'index.html'), options);
  return {
    shell: built && bootShell(built, { name, brand, basePath, lang: locale ?? 'en' }),
    console: readShell(path.join(folder, 'console.html'), options),
  };
}

/** The pages of shoppers that the runtime writes; without a shell, product pages have only a head. */
function storefrontPages(
  binding: Binding,
  { config, storefront, identity, shares }: PageParts,
  shell: string | undefined,
  { lists, catalogue }: Pick<Api, 'lists' | 'catalogue'>,
): void {
  const { basePath = '', currency, locale, publicUrl } = config;
  const { name, sample, brand } = identity;
  const site = { name, publicUrl, basePath, previewImage: `${basePath}/icons/any-512.png` };
  const pages = shell
    ? new WrittenPages({ shell, name, sample, brand, currency, locale, basePath })
    : undefined;
  const written = pages && { pages, catalogue };
  productPages(binding, storefront, { ...site, currency, shell, written });
  if (pages && shell) {
    homePage(binding, {
      shop: storefront,
      catalogue,
      lists,
      pages,
      site,
      description: descriptionOf(identity),
    });
    categoryPages(binding, { catalogue, pages, shell, site });
  }
  sitemap(binding, storefront, { ...config, reads: shares.reads });
}

function descriptionOf({ name, sample }: AppOptions['identity']): string {
  return sample ? sampleDescription : name;
}
