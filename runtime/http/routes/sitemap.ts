// For search engines: /robots.txt, /sitemap.xml and its parts.
import type { Context } from 'koa';
import { catalogueSize, catalogueUrls } from '../../../sql/store/shop/catalogue.ts';
import { ownOrigin } from '../../auth/own-origin.ts';
import { CoutureError } from '../../core/errors.ts';
import type { Config } from '../../core/options.ts';
import type { Storefront } from '../../shop/storefront.ts';
import type { Binding } from '../bind.ts';

/** URLs per part, as the protocol allows (sitemaps.org). */
const partSize = 50_000;

/** Paths that are personal or not worth indexing. */
const hidden = ['/search', '/checkout', '/watchlist', '/account', '/demo/', '/ws/'];

export function sitemap(
  { router }: Binding,
  { pool, wire }: Storefront,
  { publicUrl, basePath = '' }: Pick<Config, 'publicUrl'> & Partial<Pick<Config, 'basePath'>>,
): void {
  const origin = (ctx: Context) => ownOrigin(ctx, publicUrl);
  router.get('/robots.txt', (ctx) => {
    // Keep /api allowed: crawlers that render pages need it. Disallow searches, which are endless.
    const lines = [
      'User-agent: *',
      ...hidden.map((path) => `Disallow: ${basePath}${path}`),
      `Sitemap: ${origin(ctx)}${basePath}/sitemap.xml`,
    ];
    send(ctx, 'text/plain', `${lines.join('\n')}\n`);
  });
  router.get('/sitemap.xml', async (ctx) => {
    const parts = Math.max(1, Math.ceil((await catalogueSize(pool)) / partSize));
    const start = origin(ctx) + basePath;
    const addresses = Array.from({ length: parts }, (_, part) => `${start}/sitemap-${part + 1}.xml`);
    send(ctx, 'application/xml', xml('sitemapindex', 'sitemap', addresses));
  });
  router.get('/sitemap-:part.xml', async (ctx) => {
    const part = /^[1-9]\d{0,5}$/.test(ctx.params.part ?? '') ? Number(ctx.params.part) : undefined;
    const rows = part === undefined ? [] : await catalogueUrls(pool, part - 1, partSize);
    if (rows.length === 0 && part !== 1) throw new CoutureError('not_found', `Nothing found at ${ctx.path}`);
    const addresses = rows.map(({ id, url }) =>
      new URL(wire.addresses.stated(url, id) ?? wire.addresses.own(id), origin(ctx)).toString(),
    );
    send(ctx, 'application/xml', xml('urlset', 'url', addresses));
  });
}

function send(ctx: Context, type: string, text: string): void {
  ctx.set('Cache-Control', 'public, max-age=3600');
  ctx.type = `${type}; charset=utf-8`;
  ctx.body = text;
}

function xml(root: string, element: string, addresses: readonly string[]): string {
  const lines = addresses.map((address) => `<${element}><loc>${escapeXml(address)}</loc></${element}>`);
  const open = `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">`;
  return `${open}\n${lines.join('\n')}\n</${root}>\n`;
}

function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
