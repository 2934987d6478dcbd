// Writes all lists of a build to its tables, on separate connections, while the worker threads keep computing.
import { CoutureError } from '../../../runtime/core/errors.ts';
import type { Client } from '../../../sql/pool.ts';
import { openBuildSession } from '../../../sql/store/builds/build-lock.ts';
import { figures, productListQuality, type Quality } from '../gate/quality.ts';
import { type FillInput, fillLists } from '../lists/fill.ts';
import type { ItemFacts } from '../lists/item-facts.ts';
import type { ListTable } from '../lists/list-table.ts';
import type { PersonalizedRows } from '../lists/personalized.ts';
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
  #customers: PartitionWriter | undefined;

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
    this.counts[kind] = await writeProductLists(await this.#products, kind, buildId, table, itemKey);
  }

  /** Writes trending and bestseller lists. */
  async shopLists(lists: readonly ShopList[]): Promise<void> {
    const { buildId, categories, itemKey, facts } = this.#input;
    const client = await this.#connect();
    const partition = await PartitionWriter.open(client, 'trending_list', buildId);
    await writeShopLists(partition, buildId, lists, categories, itemKey);
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
    parts: AsyncIterable<PersonalizedRows>,
    customers: number,
    listed: Uint8Array,
  ): Promise<void> {
    const client = await this.#connect();
    this.#customers = await PartitionWriter.open(client, 'customer_list', this.#input.buildId);
    let [lists, entries] = [0, 0];
    await this.#customers.copy(async (writer, flush) => {
      for await (const rows of parts) {
        writer.append(rows.bytes, rows.lists);
        await flush();
        lists += rows.lists;
        entries += rows.entries;
      }
    });
    this.counts.personalized = lists;
    this.quality.personalized = figures(lists, entries, customers, listed);
  }

  /** Commits, indexes and analyzes the product and customer lists. */
  async finish(): Promise<void> {
    const products = await this.#products;
    await Promise.all([products?.finish(), this.#customers?.finish()]);
  }

  /** Runs `work` on a separate connection. */
  async beside<T>(work: (client: Client) => Promise<T>): Promise<T> {
    return work(await this.#connect());
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled(this.#clients.map((client) => client.end()));
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
