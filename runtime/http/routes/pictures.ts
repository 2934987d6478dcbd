// GET /pictures/:id.svg: the drawings of the sample shop. A shop of its own has its pictures elsewhere.
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

/** Bytes of pictures that are held; the whole sample shop is a tenth of it. */
const held = 16 * 1024 * 1024;

export function pictures({ router }: Binding, pool: Pool): void {
  const known = new LRUCache<string, Picture>({
    maxSize: held,
    sizeCalculation: ({ svg }) => svg.length + 200,
  });
  router.get('/pictures/:file', async (ctx) => {
    const id = /^(\d{1,18})\.svg$/.exec(ctx.params.file ?? '')?.[1];
    const picture = id === undefined ? undefined : (known.get(id) ?? (await read(pool, id)));
    if (id === undefined || !picture) throw new CoutureError('not_found', `No picture at ${ctx.path}`);
    known.set(id, picture);
    ctx.set('Cache-Control', 'public, max-age=86400');
    ctx.set('Cross-Origin-Resource-Policy', 'cross-origin');
    // Opened by itself a drawing is a document; nothing in it runs.
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
