// GET /pictures/:id.svg and :id.png: the drawings of the sample shop, and their link previews. Real shops host their own
// pictures.
import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Pool } from '../../../sql/pool.ts';
import { samplePicture } from '../../../sql/store/sample/sample-pictures.ts';
import { CoutureError } from '../../core/errors.ts';
import type { Binding } from '../bind.ts';
import { drawPreview } from './picture-preview.ts';

interface Picture {
  readonly body: string | Uint8Array;
  readonly etag: string;
}

/** Memory budget of the cache, in bytes: the sample shop has 1 MB of drawings, and 20 MB of previews. */
const cacheBytes = 24 * 1024 * 1024;

export function pictures({ router }: Binding, pool: Pool): void {
  const known = new LRUCache<string, Picture>({
    maxSize: cacheBytes,
    sizeCalculation: ({ body }) => body.length + 200,
  });
  router.get('/pictures/:file', async (ctx) => {
    const [file, id, type] = /^(\d{1,18})\.(svg|png)$/.exec(ctx.params.file ?? '') ?? [];
    const picture = id && (known.get(file!) ?? (await (type === 'svg' ? read(pool, id) : preview(pool, id))));
    if (!picture) throw new CoutureError('not_found', `No picture at ${ctx.path}`);
    known.set(file!, picture);
    ctx.set('Cache-Control', 'public, max-age=86400');
    ctx.set('Cross-Origin-Resource-Policy', 'cross-origin');
    // A drawing opened directly is a document; this policy lets nothing in it run.
    ctx.set('Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'; sandbox");
    ctx.set('ETag', picture.etag);
    ctx.type = type === 'svg' ? 'image/svg+xml' : 'image/png';
    ctx.status = 200;
    if (ctx.fresh) ctx.status = 304;
    else ctx.body = typeof picture.body === 'string' ? picture.body : Buffer.from(picture.body);
  });
}

async function read(pool: Pool, id: string): Promise<Picture | undefined> {
  return withTag(await samplePicture(pool, id));
}

async function preview(pool: Pool, id: string): Promise<Picture | undefined> {
  const svg = await samplePicture(pool, id);
  return withTag(svg === undefined ? undefined : await drawPreview(svg));
}

function withTag(body: Picture['body'] | undefined): Picture | undefined {
  if (body === undefined) return undefined;
  return { body, etag: `W/"${createHash('sha1').update(body).digest('base64url').slice(0, 20)}"` };
}
