// GET /category/:name and /search: the first page of a category or of the results of a search with its content, for the first
// paint and for readers without scripts, and of categories for search engines; status 404 for a category without products.
import type { Context, Next } from 'koa';
import type { Category, ProductPage } from '../../contract/catalogue.ts';
import type { Binding } from '../bind.ts';
import { categoryPath, listingMarkup } from '../first-paint/page-markup.ts';
import { type Site, siteHead } from '../first-paint/site-head.ts';
import type { WrittenPages } from '../first-paint/written-pages.ts';
import { sendPage } from '../page.ts';
import type { CatalogueAnswers } from './products.ts';

export interface CategoryPageParts {
  readonly catalogue: CatalogueAnswers;
  readonly pages: WrittenPages;
  /** The front end's index.html. */
  readonly shell: string;
  readonly site: Site;
}

/** Products of a page, as the app requests them (web/shop/listing-page.ts). */
const limit = 24;
/** Names of products in the description for search engines. */
const described = 6;

/** Parameters that leave the page as it is: those of campaigns. */
const ofCampaigns = /^(?:utm_\w+|gclid|fbclid|msclkid|mc_cid|mc_eid)$/;

export function categoryPages({ router }: Binding, parts: CategoryPageParts): void {
  const { catalogue, pages, shell, site } = parts;
  router.get('/category/:name', async (ctx: Context, next: Next) => {
    const category = String(ctx.params.name);
    if (!ctx.accepts('html')) return next();
    if (category.includes('\0') || category.length > 200) return sendPage(ctx, 404, shell);
    const { ip } = ctx;
    const listUrl = `/api/products?${new URLSearchParams({ category, limit: String(limit) })}`;
    const answers = await Promise.all([
      catalogue.page({ category, limit }, { url: listUrl, ip }),
      catalogue.categories({ url: '/api/categories', ip }),
      // The app shows what is unavailable; search engines must not drop the page for that.
    ]).catch(() => undefined);
    if (!answers) return next();
    const [list, categories] = answers;
    const content = list.read<ProductPage>();
    const [first] = content.products;
    if (!first) return sendPage(ctx, 404, shell);
    // The app alone sorts and filters.
    if (!areOfCampaigns(ctx.query)) return next();
    const title = `${category} – ${site.name}`;
    const description = `${category}: ${content.products
      .slice(0, described)
      .map((each) => each.name)
      .join(', ')}`;
    const path = categoryPath(category, site);
    const head = siteHead(ctx, path, { title, description }, site);
    const all = { [listUrl]: list, '/api/categories': categories };
    const page = pages.write(ctx, `/category/${category}`, all, head, (frame) => ({
      main: listingMarkup(category, content, frame),
      categories: categories.read<Category[]>().map((each) => each.name),
      picture: first.image_url,
    }));
    sendPage(ctx, 200, page);
  });
  router.get('/search', async (ctx: Context, next: Next) => {
    const { q, ...others } = ctx.query;
    const words = String([q].flat()[0] ?? '')
      .trim()
      .slice(0, 200);
    // The app alone sorts and filters.
    if (!ctx.accepts('html') || !words || words.includes('\0') || !areOfCampaigns(others)) return next();
    const { ip } = ctx;
    const listUrl = `/api/products?${new URLSearchParams({ q: words, limit: String(limit) })}`;
    const answers = await Promise.all([
      catalogue.page({ q: words, limit }, { url: listUrl, ip }),
      catalogue.categories({ url: '/api/categories', ip }),
    ]).catch(() => undefined);
    const content = answers?.[0].read<ProductPage>();
    const [first] = content?.products ?? [];
    // What is said of other spellings comes with the app.
    if (!answers || !content || !first || content.loosened || content.corrected) return next();
    const [list, categories] = answers;
    const all = { [listUrl]: list, '/api/categories': categories };
    const page = pages.write(ctx, `/search?${words}`, all, undefined, (frame) => ({
      main: listingMarkup(frame.words.results(words), content, frame),
      categories: categories.read<Category[]>().map((each) => each.name),
      picture: first.image_url,
    }));
    sendPage(ctx, 200, page);
  });
}

function areOfCampaigns(query: Context['query']): boolean {
  return Object.keys(query).every((parameter) => ofCampaigns.test(parameter));
}
