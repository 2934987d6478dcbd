// The order lines of earlier builds, kept below COUTURE_HOME: what has changed is read, and the history is made of all of them.
import { rmSync, statfsSync } from 'node:fs';
import path from 'node:path';
import type { Client } from '../../../../sql/pool.ts';
import { bytes } from '../../../terminal/figures.ts';
import { BasketLog, type LogOptions } from '../basket-log.ts';
import type { Catalog } from '../catalog.ts';
import { openIdTable } from '../id-table.ts';
import type { LineBatch } from '../line-batch.ts';
import { type ReadOptions, readOrderLines } from '../order-lines.ts';
import type { OrderHistory, SourceIds } from '../read-shop.ts';
import { KeptFault } from './kept-fault.ts';
import { KeptIds } from './kept-ids.ts';
import {
  type Manifest,
  makeFolder,
  nextGeneration,
  readManifest,
  readSealed,
  sealFile,
  writeManifest,
} from './manifest.ts';
import { changedRanges, linesOf, type RangeChecks, rangeExpression, readRangeChecks } from './ranges.ts';
import { ReplayedLines } from './replayed-lines.ts';
import { SegmentWriter } from './segment.ts';

export interface KeptLogInput {
  readonly client: Client;
  readonly folder: string;
  /** Version of couture. */
  readonly couture: string;
  readonly ids: SourceIds;
  readonly from: Date | undefined;
  /** The order lines for `from`, to be followed by an alias. */
  readonly orderLines: string;
  readonly note: (line: string) => void;
}

/** What has changed since the last build that kept its lines. */
export interface KeptChanges {
  /** Lines in ranges that have changed; all lines if none are kept. */
  readonly lines: number;
  readonly all: number;
}

type ReadHistoryOptions = Omit<ReadOptions, 'from' | 'orderLines' | 'ranges'>;

/** Space for a line: most orders have several, which share a header. */
const bytesPerLine = 20;

/** Compares the shop with the kept lines; `read` then reads what differs and keeps it. */
export class KeptLog {
  readonly #input: KeptLogInput;
  readonly #source: string;
  /** Undefined: none can be used. */
  #kept: Manifest | undefined;
  /** Checks of the shop's lines in the build's snapshot. */
  readonly checks: RangeChecks;

  private constructor(input: KeptLogInput, source: string, kept: Manifest | undefined, checks: RangeChecks) {
    this.#input = input;
    this.#source = source;
    this.#kept = kept;
    this.checks = checks;
  }

  static async open(input: KeptLogInput): Promise<KeptLog> {
    const source = await describeSource(input);
    const checks = await readRangeChecks(input.client, input.ids, input);
    let kept: Manifest | undefined;
    try {
      kept = readManifest(input.folder, input.couture, source);
      requireMostlyCurrent(kept, checks);
    } catch (error) {
      if (!(error instanceof KeptFault)) throw error;
      kept = undefined;
      input.note(readingAll(error));
    }
    return new KeptLog(input, source, kept, checks);
  }

  get changes(): KeptChanges {
    const { changed } = changedRanges(this.#kept?.checks ?? new Map(), this.checks);
    return { lines: linesIn(this.checks, changed), all: linesIn(this.checks, this.checks.keys()) };
  }

  /**
   * Reads the lines of changed ranges, keeps them, and makes the history of all lines, which is that of a build that reads
   * all of them. Kept lines that turn out to be damaged are read again. Returns undefined if lines cannot be kept.
   */
  async read(
    catalog: Catalog,
    log: LogOptions,
    options: ReadHistoryOptions,
  ): Promise<OrderHistory | undefined> {
    for (;;) {
      try {
        return await this.#refresh(catalog, log, options);
      } catch (error) {
        if (error instanceof KeptFault && this.#kept) {
          this.#kept = undefined;
          this.#input.note(readingAll(error));
          continue;
        }
        const { code = '', message } = error as NodeJS.ErrnoException;
        if (!(error instanceof KeptFault) && !diskFaults.has(code)) throw error;
        this.#input.note(`Order lines are not kept for the next incremental build: ${message}`);
        return undefined;
      }
    }
  }

  async #refresh(catalog: Catalog, log: LogOptions, options: ReadHistoryOptions): Promise<OrderHistory> {
    const { folder, couture, ids } = this.#input;
    const kept = this.#kept;
    const { changed, gone } = changedRanges(kept?.checks ?? new Map(), this.checks);
    makeFolder(folder);
    requireSpace(folder, linesIn(this.checks, changed));
    const known = { customers: new KeptIds(ids.customer), products: new KeptIds(ids.product) };
    for (const { customers, products } of kept?.generations ?? []) {
      known.customers.load(readSealed(folder, customers));
      known.products.load(readSealed(folder, products));
    }
    const read = changed.length > 0 ? await this.#readChanged(changed, known, options) : undefined;
    const generations = [...(kept?.generations ?? []), ...(read ? [read.generation] : [])];
    const generationOf = new Map(kept?.generationOf);
    for (const range of gone) generationOf.delete(range);
    for (const range of changed) generationOf.set(range, generations.length - 1);
    const manifest: Manifest = { source: this.#source, generations, checks: this.checks, generationOf };
    const customers = openIdTable(ids.customer, known.customers.size);
    const basketLog = new BasketLog({ ...log, customers });
    try {
      const replayed = new ReplayedLines({
        ...known,
        catalog,
        table: customers,
        latestDay: options.latestDay,
      });
      replayed.readAll(folder, manifest, (batch) => basketLog.append(batch));
      if (read || gone.length > 0 || !kept) writeManifest(folder, couture, manifest);
    } catch (error) {
      basketLog.finish();
      throw error;
    }
    return {
      partitions: basketLog.finish(),
      spilled: basketLog.spilled,
      totals: basketLog.totals,
      customers,
      reader: read?.reader ?? 'copy',
      linesRead: read?.generation.count ?? 0,
    };
  }

  /** Reads the lines of these ranges into the files of a new generation. */
  async #readChanged(
    changed: readonly number[],
    known: { readonly customers: KeptIds; readonly products: KeptIds },
    options: ReadHistoryOptions,
  ) {
    const { client, folder, ids, from, orderLines } = this.#input;
    const number = nextGeneration(this.#kept);
    const [customers, products] = [known.customers.size, known.products.size];
    const segment = new SegmentWriter(path.join(folder, `lines-${number}`));
    let count = 0;
    try {
      const tables = {
        orderType: ids.order,
        customerType: ids.customer,
        productType: ids.product,
        ...known,
        // Every product has a number, whatever the catalogue says, and no day is in the future.
        itemOfProduct: new Int32Array(0),
        latestDay: Number.POSITIVE_INFINITY,
      };
      const keep = (batch: LineBatch) => {
        count += batch.length;
        segment.append(batch);
      };
      const expression = rangeExpression(ids);
      const only = this.#kept ? linesOf(changed) : undefined;
      const reader = await readOrderLines(client, tables, keep, {
        ...options,
        from,
        orderLines,
        ranges: { expression, only },
      });
      const lines = segment.finish(`lines-${number}`);
      const expected = linesIn(this.checks, changed);
      if (count !== expected)
        throw new KeptFault(`${expected} lines of changed orders were counted, but ${count} were read`);
      return {
        reader,
        generation: {
          lines,
          customers: sealFile(folder, `customers-${number}`, known.customers.records(customers)),
          products: sealFile(folder, `products-${number}`, known.products.records(products)),
          count,
        },
      };
    } catch (error) {
      segment.abandon();
      for (const kind of ['lines', 'customers', 'products'])
        rmSync(path.join(folder, `${kind}-${number}`), { force: true });
      throw error;
    }
  }
}

const diskFaults = new Set(
  'ENOSPC EDQUOT EFBIG EROFS EACCES EPERM ENOTDIR EEXIST ENOENT EISDIR EIO EMFILE'.split(' '),
);

/** "Reading all order lines, because none are kept yet." */
function readingAll({ message }: KeptFault): string {
  return `Reading all order lines: ${message}.`;
}

/** Identifies the database and everything that decides what is read of a line. */
async function describeSource({ client, ids, from, orderLines }: KeptLogInput): Promise<string> {
  const { rows } = await client.query<{ database: string }>(
    'select oid::text as database from pg_database where datname = current_database()',
  );
  // The time of --since may move: the lines are compared from there on.
  return JSON.stringify([rows[0]!.database, ids, orderLines, from !== undefined, rangeExpression(ids)]);
}

/** Lines that were read again stay in their file. @throws KeptFault if these, or changes, are more than half of all */
function requireMostlyCurrent({ generations, checks }: Manifest, now: RangeChecks): void {
  const { changed } = changedRanges(checks, now);
  const all = linesIn(now, now.keys());
  const current = all - linesIn(now, changed);
  const written = generations.reduce((sum, { count }) => sum + count, 0);
  if (current * 2 < all) throw new KeptFault('most of them have changed');
  if (written > 2 * all + 100_000 || generations.length >= maxGenerations)
    throw new KeptFault('too many of the kept lines are out of date');
}

/** Each refresh adds three files. */
const maxGenerations = 500;

function linesIn(checks: RangeChecks, ranges: Iterable<number>): number {
  let lines = 0;
  for (const range of ranges) lines += checks.get(range)!.lines;
  return lines;
}

/** @throws KeptFault if the disk has no room for the lines and as much again */
function requireSpace(folder: string, lines: number): void {
  const { bavail, bsize } = statfsSync(folder);
  const [free, needed] = [bavail * bsize, lines * bytesPerLine * 2];
  if (free < needed)
    throw new KeptFault(`${folder} has ${bytes(free)} of free space, and ${bytes(needed)} are needed`);
}
