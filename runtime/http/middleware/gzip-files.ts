// Files of the build for clients that take gzip and no brotli, as browsers do over plain HTTP. The build has brotli only, because
// files of both kinds were 5 % of the package, and of the smallest scripts it has none: a file is compressed when it is first asked
// for, and kept.
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
  /** Whether the build has it with brotli, too. */
  readonly brotli: boolean;
}

/** Bytes below which compression saves no packet. */
const least = 1_400;

export class GzipFiles {
  /** By path of the request; the names of the build need no encoding. */
  readonly #known: ReadonlyMap<string, KnownFile>;
  /** As many and as large as the build's own files at most. */
  readonly #kept = new Map<string, Promise<Buffer>>();

  /** @param folder the build; its scripts, and files with a brotli file beside them, are listed once, at startup */
  constructor(folder: string) {
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    const compressed = new Set(names.filter((name) => name.endsWith('.br')));
    this.#known = new Map(
      names.flatMap((name): Array<[string, KnownFile]> => {
        const brotli = compressed.has(`${name}.br`);
        if (!brotli && !/^assets.*\.js$/.test(name)) return [];
        const file = path.join(folder, name);
        const { size, mtime } = statSync(file);
        if (!brotli && size < least) return [];
        const etag = `W/"gzip-${size}-${mtime.getTime()}"`;
        return [[`/${name.replaceAll(path.sep, '/')}`, { file, modified: mtime, etag, brotli }]];
      }),
    );
  }

  /**
   * Answers with the compressed file if the client takes gzip, there is no brotli that it takes, and it asks for the whole.
   * @returns whether it did
   */
  async send(ctx: Context): Promise<boolean> {
    const known = this.#known.get(ctx.path);
    if (!known || ctx.get('Range') || (known.brotli && ctx.acceptsEncodings('br'))) return false;
    if (!ctx.acceptsEncodings('gzip')) return false;
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
