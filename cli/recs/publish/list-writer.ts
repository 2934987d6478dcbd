// Writes all lists of a build to its tables, on separate connections, while the worker threads keep computing.
import { CoutureError } from '../../../runtime/core/errors.ts';
import type { CopyWriter } from '../../../sql/copy/copy-writer.ts';
import type { Client } from '../../../sql/pool.ts';
import { openBuildSession } from '../../../sql/store/builds/build-lock.ts';
import type { ListTableName } from '../../../sql/store/builds/list-partitions.ts';
import { figures, productListQuality, type Quality } from '../gate/quality.ts';
import type { CustomerListRows } from '../lists/customer-lists.ts';
import { type FillInput, fillLists } from '../lists/fill.ts';
import type { ItemFacts } from '../lists/item-facts.ts';
import type { ListTable } from '../lists/list-table.ts';
import type { CustomerRows } from '../lists/personalized.ts';
import type { ShopList } from '../lists/trending.ts';
import { PartitionWriter, writeProductLists, writeShopLists } from './partition-writer.ts';

export interface ListWriterInput {
  readonly url: string;
  readonly buildId: number;
  readonly facts: ItemFacts;
  readonly categories: readonly string[];
  /** Item → key of the product that represents it. */
  readonly itemKey: Int32Array;
}

/** Writes the lists of one build. `close()` closes its connections, which rolls back what is not committed. */
export class ListWriter {
  readonly counts: Record<string, number> = {};
  readonly quality: Quality = {};
  readonly #input: ListWriterInput;
  readonly #clients: Client[] = [];
  #closed = false;
  #products: Promise<PartitionWriter> | undefined;
  #customers: readonly PartitionWriter[] = [];

  constructor(input: ListWriterInput) {
    this.#input = input;
  }

  /** Fills short lists with fallback entries and writes them. All kinds share one connection: await each call. */
  async productLists(
    kind: 'similar' | 'bought_together' | 'bundle',
    table: ListTable | undefined,
    filling: FillInput,
  ): Promise<void> {
    if (!table) return;
    const { buildId, itemKey } = this.#input;
    // Measured before filling: fallback entries say nothing about the build.
    this.quality[kind] = productListQuality(table);
    if (kind !== 'bundle') fillLists(kind, table, filling);
    this.#products ??= this.#connect().then((client) =>
      PartitionWriter.open(client, 'product_list', buildId),
    );
    this.counts[kind] = await writeProductLists(await this.#products, kind, table, itemKey);
  }

  /** Writes trending and bestseller lists. */
  async shopLists(lists: readonly ShopList[]): Promise<void> {
    const { buildId, categories, itemKey, facts } = this.#input;
    const client = await this.#connect();
    const partition = await PartitionWriter.open(client, 'trending_list', buildId);
    await writeShopLists(partition, lists, categories, itemKey);
    await partition.finish();
    const trending = lists.filter((list) => list.kind === 'trending');
    const listed = new Uint8Array(facts.items);
    for (const list of trending) for (const item of list.items) listed[item] = 1;
    const entries = trending.reduce((sum, list) => sum + list.items.length, 0);
    this.counts.trending = trending.length;
    this.quality.trending = figures(trending.length, entries, trending.length, listed);
  }

  /** Writes customers' lists part by part while they are computed. `listed`: see PersonalizedInput. */
  async customerLists(
    parts: AsyncIterable<CustomerListRows>,
    customers: number,
    listed: Uint8Array,
  ): Promise<void> {
    const made: { -readonly [kind in keyof CustomerListRows]?: { lists: number; entries: number } } = {};
    const [own, again] = [await this.#open('customer_list'), await this.#open('buy_again_list')];
    this.#customers = [own, again];
    await own.copy((ownWriter, flushOwn) =>
      again.copy(async (againWriter, flushAgain) => {
        const append = (kind: keyof typeof made, writer: CopyWriter, rows: CustomerRows | undefined) => {
          if (!rows) return;
          writer.append(rows.bytes, rows.lists);
          const sum = (made[kind] ??= { lists: 0, entries: 0 });
          sum.lists += rows.lists;
          sum.entries += rows.entries;
        };
        for await (const { personalized, buyAgain } of parts) {
          append('personalized', ownWriter, personalized);
          append('buyAgain', againWriter, buyAgain);
          await Promise.all([flushOwn(), flushAgain()]);
        }
      }),
    );
    // The quality gate does not compare what is due: that changes from day to day.
    if (made.buyAgain) this.counts.buy_again = made.buyAgain.lists;
    if (!made.personalized) return;
    const { lists, entries } = made.personalized;
    this.counts.personalized = lists;
    this.quality.personalized = figures(lists, entries, customers, listed);
  }

  /** Commits, indexes and analyzes the product and customer lists. */
  async finish(): Promise<void> {
    const products = await this.#products;
    await Promise.all([products, ...this.#customers].map((partition) => partition?.finish()));
  }

  /** Runs `work` on a separate connection. */
  async beside<T>(work: (client: Client) => Promise<T>): Promise<T> {
    return work(await this.#connect());
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled(this.#clients.map((client) => client.end()));
  }

  async #open(table: ListTableName): Promise<PartitionWriter> {
    return PartitionWriter.open(await this.#connect(), table, this.#input.buildId);
  }

  async #connect(): Promise<Client> {
    const client = await openBuildSession(this.#input.url);
    this.#clients.push(client);
    if (this.#closed) {
      // Background work can get here after the build has failed.
      await client.end();
      throw new CoutureError('interrupted', 'The list writer was closed.');
    }
    return client;
  }
}
