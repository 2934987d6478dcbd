// Finished lists → the build's own partitions, by COPY FREEZE inside the transaction that creates the table.
import { copyIn } from '../../../sql/copy/copy.ts';
import { CopyWriter } from '../../../sql/copy/copy-writer.ts';
import type { Client } from '../../../sql/pool.ts';
import {
  createPartition,
  indexPartition,
  type ListTableName,
  partitionName,
} from '../../../sql/store/builds/list-partitions.ts';
import type { ListTable } from '../lists/list-table.ts';
import type { ShopList } from '../lists/trending.ts';

/** Fills one partition of a build; several COPYs may run one after another before `finish()`. */
export class PartitionWriter {
  readonly #client: Client;
  readonly #table: ListTableName;
  readonly buildId: number;

  private constructor(client: Client, table: ListTableName, buildId: number) {
    this.#client = client;
    this.#table = table;
    this.buildId = buildId;
  }

  /** Begins the transaction and creates the partition. The writer owns the client until `finish()`. */
  static async open(client: Client, table: ListTableName, buildId: number): Promise<PartitionWriter> {
    await client.query('begin');
    await createPartition(client, table, buildId);
    return new PartitionWriter(client, table, buildId);
  }

  /** Runs one COPY. `write` fills the writer and flushes it whenever it is full. */
  async copy(write: (writer: CopyWriter, flush: () => Promise<void>) => Promise<void>): Promise<void> {
    const stream = copyIn(
      this.#client,
      partitionName(this.#table, this.buildId),
      'format binary, freeze true',
    );
    const writer = new CopyWriter();
    try {
      writer.header();
      await writer.flush(stream);
      await write(writer, () => writer.flush(stream));
      await writer.end(stream);
    } catch (error) {
      await writer.abort(stream, error);
      throw error;
    }
  }

  /** Commits, then indexes and analyzes. */
  async finish(): Promise<void> {
    await this.#client.query('commit');
    await indexPartition(this.#client, this.#table, this.buildId);
  }
}

/** Writes lists of one kind as rows of product_list, skipping empty lists. Returns the number of lists written. */
export async function writeProductLists(
  partition: PartitionWriter,
  kind: string,
  table: ListTable,
  itemKey: Int32Array,
): Promise<number> {
  let lists = 0;
  const keys = new Int32Array(table.k);
  const scores = new Float32Array(table.k);
  await partition.copy(async (writer, flush) => {
    for (let item = 0; item < table.length.length; item++) {
      const length = table.length[item]!;
      if (length === 0) continue;
      const base = item * table.k;
      for (let at = 0; at < length; at++) {
        keys[at] = itemKey[table.items[base + at]!]!;
        scores[at] = table.scores[base + at]!;
      }
      writer.row(6);
      writer.int4(partition.buildId);
      writer.text(kind);
      writer.int4(itemKey[item]!);
      writer.int4Array(keys, 0, length);
      writer.float4Array(scores, 0, length);
      writer.int2Array(table.reasons, base, base + length);
      lists++;
      if (writer.full) await flush();
    }
  });
  return lists;
}

/** Writes trending and bestseller lists as rows of trending_list. */
export async function writeShopLists(
  partition: PartitionWriter,
  lists: readonly ShopList[],
  categories: readonly string[],
  itemKey: Int32Array,
): Promise<void> {
  await partition.copy(async (writer, flush) => {
    for (const list of lists) {
      // Products without a category use the shop's lists, which are stored under the same empty name.
      if (list.category >= 0 && categories[list.category] === '') continue;
      writer.row(6);
      writer.int4(partition.buildId);
      writer.text(list.kind);
      writer.text(list.category < 0 ? '' : categories[list.category]!);
      writer.int4Array(list.items.map((item) => itemKey[item]!));
      writer.float4Array(Float32Array.from(list.scores));
      writer.int2Array(list.reasons);
      if (writer.full) await flush();
    }
  });
}
