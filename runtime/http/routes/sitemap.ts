// For search engines: /robots.txt, /sitemap.xml and its parts.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { promisify } from 'node:util';
import { createGunzip, gzip } from 'node:zlib';
import type { Context } from 'koa';
import { LRUCache } from 'lru-cache';
import { catalogueSize, catalogueUrls } from '../../../sql/store/shop/catalogue.ts';
import { writtenOrigin } from '../../auth/own-origin.ts';
import { CoutureError } from '../../core/errors.ts';
import type { Config } from '../../core/options.ts';
import { takesGzip } from '../../shop/rendered.ts';
import type { Storefront } from '../../shop/storefront.ts';
import type { SharedBudget } from '../../work/shared-budget.ts';
import { addressGroup } from '../address-group.ts';
import type { Binding } from '../bind.ts';

/** URLs per part, as the protocol allows (sitemaps.org). */
const partSize = 50_000;

/** Paths that are personal or not worth indexing. The checkout is empty for crawlers, as the bag is. */
const hidden = ['/search', '/watchlist', '/account', '/demo/', '/ws/'];

/** Rows between two turns of the event loop: resolving 50,000 addresses at once would block it for half a second. */
const rowsPerTurn = 1_000;

/** Seconds for which caches, including this process, keep a response. */
const maxAge = 3_600;
/** Bytes of compressed parts in memory. */
const cachedBytes = 8 * 1_024 * 1_024;

const compress = promisify(gzip);

export interface SitemapOptions extends Pick<Config, 'publicUrl'>, Partial<Pick<Config, 'basePath'>> {
  /** Expensive reads at a time. */
  readonly reads: SharedBudget;
}

export function sitemap(
  { router }: Binding,
  { pool, wire }: Storefront,
  { publicUrl, basePath = '', reads }: SitemapOptions,
): void {
  const parts = new LRUCache<string, Buffer>({
    maxSize: cachedBytes,
    sizeCalculation: (bytes, key) => bytes.length + 2 * key.length,
    ttl: maxAge * 1_000,
  });
  const making = new Map<string, Promise<Buffer | undefined>>();
  const makePart = async (part: number, start: string): Promise<Buffer | undefined> => {
    const rows = await catalogueUrls(pool, part - 1, partSize);
    if (rows.length === 0 && part !== 1) return undefined;
    const addresses: string[] = [];
    for (const [at, { id, url }] of rows.entries()) {
      const address = wire.addresses.stated(url, id) ?? wire.addresses.own(id);
      addresses.push(new URL(address, start).toString());
      if (at % rowsPerTurn === rowsPerTurn - 1) await nextTurn();
    }
    return compress(xml('urlset', 'url', addresses));
  };
  const partOf = async (ctx: Context, part: number, start: string): Promise<Buffer | undefined> => {
    const key = `${part} ${start}`;
    const known = parts.get(key);
    if (known) return known;
    const made =
      making.get(key) ??
      reads.run(addressGroup(ctx.ip), 1, () => makePart(part, start)).finally(() => making.delete(key));
    making.set(key, made);
    const bytes = await made;
    if (bytes) parts.set(key, bytes);
    return bytes;
  };
  const origin = (ctx: Context) => {
    const known = writtenOrigin(ctx, publicUrl);
    if (known !== undefined) return known;
    throw new CoutureError(
      'bad_request',
      `Invalid Host header: ${JSON.stringify(ctx.host.slice(0, 60))}`,
      'Without COUTURE_PUBLIC_URL, only addresses and names of the local network are accepted. Set it to the URL of the shop.',
    );
  };
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
    const bytes = part === undefined ? undefined : await partOf(ctx, part, origin(ctx));
    if (!bytes) throw new CoutureError('not_found', `Nothing found at ${ctx.path}`);
    describe(ctx, 'application/xml');
    ctx.vary('Accept-Encoding');
    if (takesGzip(ctx)) {
      ctx.set('Content-Encoding', 'gzip');
      ctx.body = bytes;
    } else {
      const plain = createGunzip();
      plain.end(bytes);
      ctx.body = plain;
      ctx.compress = false;
    }
  });
}

function send(ctx: Context, type: string, text: string): void {
  describe(ctx, type);
  ctx.body = text;
}

function describe(ctx: Context, type: string): void {
  ctx.set('Cache-Control', `public, max-age=${maxAge}`);
  ctx.type = `${type}; charset=utf-8`;
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
