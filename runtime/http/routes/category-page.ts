// GET /category/:name: the first page of a category with its content, for the first paint, for search engines and for
// readers without scripts; status 404 for a category without products.
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
    if (Object.keys(ctx.query).some((parameter) => !ofCampaigns.test(parameter))) return next();
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
}
