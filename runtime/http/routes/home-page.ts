// GET /: the home page with its content, for the first paint, for search engines and for readers without scripts.
import type { Context, Next } from 'koa';
import type { Category, ProductPage } from '../../contract/catalogue.ts';
import type { ListedProduct } from '../../contract/product.ts';
import type { Storefront } from '../../shop/storefront.ts';
import type { Binding } from '../bind.ts';
import { homeMarkup } from '../first-paint/page-markup.ts';
import { type Site, siteHead } from '../first-paint/site-head.ts';
import type { WrittenPages } from '../first-paint/written-pages.ts';
import { sendPage } from '../page.ts';
import type { CatalogueAnswers } from './products.ts';
import type { RecommendationAnswers } from './recommendation-routes.ts';

export interface HomePageParts {
  readonly shop: Storefront;
  readonly catalogue: CatalogueAnswers;
  readonly lists: RecommendationAnswers;
  readonly pages: WrittenPages;
  readonly site: Site;
  /** For search engines. */
  readonly description: string;
}

/** The requests of the app's home page (web/shop/pages/home). */
const heroUrl = '/api/products?sort=rating&limit=3';
const categoriesUrl = '/api/categories';
const trendingUrl = '/api/recommendations/trending?limit=8';

export function homePage({ router }: Binding, parts: HomePageParts): void {
  const { shop, catalogue, lists, pages, site, description } = parts;
  router.get('/', async (ctx: Context, next: Next) => {
    if (ctx.accepts('html') !== 'html') return next();
    const { ip } = ctx;
    const answers = await Promise.all([
      catalogue.page({ sort: 'rating', limit: 3 }, { url: heroUrl, ip }),
      catalogue.categories({ url: categoriesUrl, ip }),
      // Where visitors are compared, each sees the lists of their own group only.
      shop.hasArms
        ? undefined
        : lists.trending({ limit: 8, category: '' }, { url: trendingUrl, headers: {} }),
      // The app shows what is unavailable.
    ]).catch(() => undefined);
    if (!answers) return next();
    const [hero, categories, trending] = answers;
    const head = siteHead(ctx, `${site.basePath}/`, { title: site.name, description }, site);
    const all = {
      [heroUrl]: hero,
      [categoriesUrl]: categories,
      ...(trending ? { [trendingUrl]: trending } : {}),
    };
    const page = pages.write(ctx, '/', all, head, (frame) => {
      const content = {
        hero: hero.read<ProductPage>(),
        categories: categories.read<Category[]>(),
        trending: trending?.read<ListedProduct[]>(),
      };
      return {
        main: homeMarkup(content, frame),
        categories: content.categories.map((each) => each.name),
        picture: content.hero.products[0]?.image_url,
      };
    });
    sendPage(ctx, 200, page);
  });
}
