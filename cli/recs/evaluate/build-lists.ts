// The lists that a build wrote → models that return them as they are, to be measured on later orders.
import type { Client } from '../../../sql/pool.ts';
import { exportRows } from '../../../sql/store/lists/list-export.ts';
import type { Task } from '../gate/test-cases.ts';
import { type ListTable, openListTable } from '../lists/list-table.ts';
import type { Dataset } from './order-log.ts';
import type { PersonalModel } from './trained-models.ts';

/** Lists of a build by the id of their customer or product: the ids of the items, best first. */
export interface BuildLists {
  readonly buildId: number;
  readonly lists: ReadonlyMap<string, readonly string[]>;
}

/** Reads the lists as `recs export` writes them: personalized, or bought_together for co-purchases. */
export async function readBuildLists(
  client: Client,
  buildId: number,
  task: Task,
  signal: AbortSignal,
): Promise<BuildLists> {
  const kind = task === 'personalized' ? 'personalized' : 'bought_together';
  const lists = new Map<string, string[]>();
  for await (const rows of exportRows(client, buildId, [kind], { signal })) {
    for (const [, subject, , item] of rows) {
      const list = lists.get(subject);
      if (list) list.push(item);
      else lists.set(subject, [item]);
    }
  }
  return { buildId, lists };
}

/** Each customer's list, in its order. Items that the training orders do not have are left out. */
export function personalLists(data: Dataset, { lists }: BuildLists): PersonalModel {
  const itemOf = trainItemsById(data);
  return (customer, scores) => {
    const list = lists.get(data.customerIds[customer]!) ?? [];
    for (const [rank, id] of list.entries()) {
      const item = itemOf(id);
      if (item !== undefined) scores.add(item, list.length - rank);
    }
  };
}

/** Each item's list, in its order, with up to `k` entries. */
export function productLists(data: Dataset, { lists }: BuildLists, k: number): ListTable {
  const itemOf = trainItemsById(data);
  const table = openListTable(data.trainItems, k);
  for (const [subject, list] of lists) {
    const row = itemOf(subject);
    if (row === undefined) continue;
    let length = 0;
    for (const id of list) {
      const item = itemOf(id);
      if (item === undefined || length === k) continue;
      table.items[row * k + length] = item;
      table.scores[row * k + length] = list.length - length;
      length++;
    }
    table.length[row] = length;
  }
  return table;
}

/** Product id → the number of its item, if the training orders have it. */
function trainItemsById({ itemIds, trainItems, itemOfProduct }: Dataset) {
  const numbers = new Map(itemIds.slice(0, trainItems).map((id, item) => [id, item]));
  return (product: string): number | undefined => numbers.get(itemOfProduct?.get(product) ?? product);
}
