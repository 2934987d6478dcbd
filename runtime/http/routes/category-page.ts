// GET /category/:name of a category without products: the front end's shell with status 404. All others are left to it.
import type { Context, Next } from 'koa';
import { cataloguePage } from '../../../sql/store/shop/catalogue.ts';
import type { Storefront } from '../../shop/storefront.ts';
import type { Binding } from '../bind.ts';
import { sendPage } from '../page.ts';

/** @param shell the front end's index.html; undefined if it is not built */
export function categoryPages({ router }: Binding, { pool }: Storefront, shell: string | undefined): void {
  if (shell === undefined) return;
  router.get('/category/:name', async (ctx: Context, next: Next) => {
    const category = String(ctx.params.name);
    if (!ctx.accepts('html') || (await isKnown(category))) return next();
    sendPage(ctx, 404, shell);
  });
  const isKnown = async (category: string): Promise<boolean> => {
    if (category.includes('\0')) return false;
    const asked = { category, text: undefined, sort: 'featured', after: undefined, limit: 1 } as const;
    const page = await cataloguePage(pool, asked).catch(() => undefined);
    // The page itself says that the database is unavailable; search engines must not drop it for that.
    return page === undefined || page.rows.length > 0;
  };
}
