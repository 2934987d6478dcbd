// An answer in bytes, made once and sent many times: with its validator, and compressed at most once.
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Context } from 'koa';

const compress = promisify(gzip);

const json = 'application/json; charset=utf-8';

/** Below this, a compressed answer saves no packet. */
const worthCompressing = 1_400;

export class Rendered {
  readonly bytes: Buffer;
  readonly etag: string;
  readonly cacheControl: string;
  /** The published build that it was read from. */
  readonly build: number | undefined;
  #gzipped: Promise<Buffer> | undefined;
  #small: Buffer | undefined;
  #plainHeaders: readonly string[] | undefined;
  #zippedHeaders: readonly string[] | undefined;

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
    this.#gzipped ??= compress(this.bytes, { level: 6 }).then((small) => (this.#small = small));
    return this.#gzipped;
  }

  /** Its own headers, as `writeHead` takes them, and its bytes; undefined where they have to be compressed first. */
  atOnce(gzip: boolean): { headers: readonly string[]; bytes: Buffer } | undefined {
    const compressed = gzip && this.bytes.length >= worthCompressing;
    if (compressed && !this.#small) return undefined;
    const bytes = compressed ? this.#small! : this.bytes;
    const known = compressed ? this.#zippedHeaders : this.#plainHeaders;
    if (known) return { headers: known, bytes };
    const headers = ['ETag', this.etag, 'Cache-Control', this.cacheControl, 'Content-Type', json];
    headers.push('Vary', 'Accept-Encoding');
    headers.push('Content-Length', String(bytes.length));
    if (this.build !== undefined) headers.push('X-Couture-Build', String(this.build));
    if (compressed) headers.push('Content-Encoding', 'gzip');
    if (compressed) this.#zippedHeaders = headers;
    else this.#plainHeaders = headers;
    return { headers, bytes };
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
  res.setHeader('Content-Type', json);
  const small = takesGzip(ctx) ? await rendered.gzipped() : undefined;
  ctx.vary('Accept-Encoding');
  if (small) res.setHeader('Content-Encoding', 'gzip');
  ctx.body = small ?? rendered.bytes;
}

/** Whether the client says that it takes gzip. */
export function takesGzip(ctx: Context): boolean {
  return ctx.headers['accept-encoding'] !== undefined && ctx.acceptsEncodings('gzip') === 'gzip';
}
