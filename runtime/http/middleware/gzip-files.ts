// Files of the build for clients that take gzip and no brotli, as browsers do over plain HTTP. The build has brotli only, because
// files of both kinds were 5 % of the package: a file is compressed when it is first asked for, and kept.
import { readdirSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Context } from 'koa';

const compress = promisify(gzip);

interface KnownFile {
  readonly file: string;
  readonly modified: Date;
  readonly etag: string;
}

export class GzipFiles {
  /** By path of the request; the names of the build need no encoding. */
  readonly #known: ReadonlyMap<string, KnownFile>;
  /** As many and as large as the build's own files at most. */
  readonly #kept = new Map<string, Promise<Buffer>>();

  /** @param folder the build; its files with a brotli file beside them are listed once, at startup */
  constructor(folder: string) {
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    const texts = names.filter((name) => name.endsWith('.br')).map((name) => name.slice(0, -'.br'.length));
    this.#known = new Map(
      texts.map((name) => {
        const file = path.join(folder, name);
        const { size, mtime } = statSync(file);
        const etag = `W/"gzip-${size}-${mtime.getTime()}"`;
        return [`/${name.replaceAll(path.sep, '/')}`, { file, modified: mtime, etag }];
      }),
    );
  }

  /**
   * Answers with the compressed file if the client takes gzip and no brotli, and asks for the whole.
   * @returns whether it did
   */
  async send(ctx: Context): Promise<boolean> {
    const known = this.#known.get(ctx.path);
    if (!known || ctx.get('Range') || ctx.acceptsEncodings('br') || !ctx.acceptsEncodings('gzip'))
      return false;
    const body = await this.#read(known.file);
    if (!body) return false;
    ctx.vary('Accept-Encoding');
    ctx.set('Content-Encoding', 'gzip');
    ctx.type = path.extname(known.file);
    ctx.etag = known.etag;
    ctx.lastModified = known.modified;
    ctx.body = body;
    if (ctx.fresh) ctx.status = 304;
    return true;
  }

  /** Undefined: it was deleted after startup. */
  async #read(file: string): Promise<Buffer | undefined> {
    let kept = this.#kept.get(file);
    if (!kept) {
      kept = readFile(file).then((text) => compress(text, { level: 9 }));
      this.#kept.set(file, kept);
      kept.catch(() => this.#kept.delete(file));
    }
    return kept.catch(() => undefined);
  }
}
