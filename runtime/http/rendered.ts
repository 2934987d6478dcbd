// An answer in bytes, made once and sent many times: with its validator, and compressed at most once.
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Context } from 'koa';

const compress = promisify(gzip);

/** Below this, a compressed answer saves no packet. */
const worthCompressing = 1_400;

export class Rendered {
  readonly bytes: Buffer;
  readonly etag: string;
  readonly cacheControl: string;
  /** The published build that it was read from. */
  readonly build: number | undefined;
  #gzipped: Promise<Buffer> | undefined;

  /** The tag is of the build and of the content, and with it of every price and stock that is shown. */
  constructor(value: unknown, options: { build: number | undefined; cacheControl: string }) {
    this.bytes = Buffer.from(JSON.stringify(value));
    const hash = createHash('sha1').update(this.bytes).digest('base64url').slice(0, 20);
    // Weak: the same answer goes out compressed and not.
    this.etag = `W/"${options.build ?? 0}-${hash}"`;
    this.cacheControl = options.cacheControl;
    this.build = options.build;
  }

  /** The bytes for a client that takes gzip; undefined where that is not worth it. */
  gzipped(): Promise<Buffer> | undefined {
    if (this.bytes.length < worthCompressing) return undefined;
    this.#gzipped ??= compress(this.bytes, { level: 6 });
    return this.#gzipped;
  }
}

/** Sends it, or 304 where the client has it already. */
export async function sendRendered(ctx: Context, rendered: Rendered): Promise<void> {
  const { res } = ctx;
  res.setHeader('ETag', rendered.etag);
  res.setHeader('Cache-Control', rendered.cacheControl);
  if (rendered.build !== undefined) res.setHeader('X-Couture-Build', rendered.build);
  ctx.status = 200;
  if (ctx.headers['if-none-match'] !== undefined && ctx.fresh) {
    ctx.status = 304;
    return;
  }
  res.setHeader('Content-Type', 'application/json; charset=utf-8');
  const accepted = ctx.headers['accept-encoding'];
  const small = accepted && ctx.acceptsEncodings('gzip') === 'gzip' ? await rendered.gzipped() : undefined;
  if (accepted !== undefined || rendered.bytes.length >= worthCompressing) ctx.vary('Accept-Encoding');
  if (small) res.setHeader('Content-Encoding', 'gzip');
  ctx.body = small ?? rendered.bytes;
}
