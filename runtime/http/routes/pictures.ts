// GET /pictures/:id.svg: the drawings of the sample shop. Real shops host their own pictures.
import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Pool } from '../../../sql/pool.ts';
import { samplePicture } from '../../../sql/store/sample/sample-pictures.ts';
import { CoutureError } from '../../core/errors.ts';
import type { Binding } from '../bind.ts';

interface Picture {
  readonly svg: string;
  readonly etag: string;
}

/** Memory budget of the cache, in bytes; the whole sample shop needs a tenth of it. */
const cacheBytes = 16 * 1024 * 1024;

export function pictures({ router }: Binding, pool: Pool): void {
  const known = new LRUCache<string, Picture>({
    maxSize: cacheBytes,
    sizeCalculation: ({ svg }) => svg.length + 200,
  });
  router.get('/pictures/:file', async (ctx) => {
    const id = /^(\d{1,18})\.svg$/.exec(ctx.params.file ?? '')?.[1];
    const picture = id === undefined ? undefined : (known.get(id) ?? (await read(pool, id)));
    if (id === undefined || !picture) throw new CoutureError('not_found', `No picture at ${ctx.path}`);
    known.set(id, picture);
    ctx.set('Cache-Control', 'public, max-age=86400');
    ctx.set('Cross-Origin-Resource-Policy', 'cross-origin');
    // A drawing opened directly is a document; this policy lets nothing in it run.
    ctx.set('Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'; sandbox");
    ctx.set('ETag', picture.etag);
    ctx.type = 'image/svg+xml';
    ctx.status = 200;
    if (ctx.fresh) ctx.status = 304;
    else ctx.body = picture.svg;
  });
}

async function read(pool: Pool, id: string): Promise<Picture | undefined> {
  const svg = await samplePicture(pool, id);
  if (svg === undefined) return undefined;
  return { svg, etag: `W/"${createHash('sha1').update(svg).digest('base64url').slice(0, 20)}"` };
}
