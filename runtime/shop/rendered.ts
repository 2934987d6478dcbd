// A response as bytes with its ETag, rendered once, compressed at most once, and sent many times.
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Context } from 'koa';

const compress = promisify(gzip);

const json = 'application/json; charset=utf-8';

/** Smaller responses fit into one packet even without compression. */
const minCompressed = 1_400;

export class Rendered {
  readonly bytes: Buffer;
  readonly etag: string;
  readonly cacheControl: string;
  /** The published build that the response comes from. */
  readonly build: number | undefined;
  #gzipped: Promise<Buffer> | undefined;
  #small: Buffer | undefined;
  #plainHeaders: readonly string[] | undefined;
  #zippedHeaders: readonly string[] | undefined;

  /** The ETag covers the build and the content, including all prices and stock. */
  constructor(value: unknown, options: { build: number | undefined; cacheControl: string }) {
    this.bytes = Buffer.from(JSON.stringify(value));
    const hash = createHash('sha1').update(this.bytes).digest('base64url').slice(0, 20);
    // Weak, because the same response is sent compressed and uncompressed.
    this.etag = `W/"${options.build ?? 0}-${hash}"`;
    this.cacheControl = options.cacheControl;
    this.build = options.build;
  }

  /** What was rendered. Parsed on each call: keeping it as well would take several times the memory. */
  read<T>(): T {
    return JSON.parse(this.bytes.toString());
  }

  /** The gzipped bytes; undefined if compressing is not worthwhile. */
  gzipped(): Promise<Buffer> | undefined {
    if (this.bytes.length < minCompressed) return undefined;
    this.#gzipped ??= compress(this.bytes, { level: 6 }).then((small) => (this.#small = small));
    return this.#gzipped;
  }

  /** Headers in the form of `writeHead`, and bytes; undefined if the bytes must be compressed first. */
  atOnce(gzip: boolean): { headers: readonly string[]; bytes: Buffer } | undefined {
    const compressed = gzip && this.bytes.length >= minCompressed;
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

/** Sends the response, or 304 if the client already has it. */
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

/** Whether the client accepts gzip. */
export function takesGzip(ctx: Context): boolean {
  return ctx.headers['accept-encoding'] !== undefined && ctx.acceptsEncodings('gzip') === 'gzip';
}
