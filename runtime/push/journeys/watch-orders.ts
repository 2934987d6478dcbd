// Reads how far the orders of subscribers are, and notes what has changed: the shop's statuses → stages in couture.push_order.
import type { IdType } from '../../../sql/id-types.ts';
import type { Client } from '../../../sql/pool.ts';
import {
  forgetOrders,
  noteStages,
  pruneOrders,
  type ShopOrder,
  subscribersOrders,
  wasReadRecently,
} from '../../../sql/store/push/order-stages.ts';
import { type OrderStage, orderStages } from '../../contract/shop-answer.ts';
import { orderStage } from '../../shop-answers/order-stage.ts';

export interface OrderWatch {
  /** Of the journey. */
  readonly name: string;
  /** Of the shop's customer ids. */
  readonly type: IdType;
  /** Claims a read of the orders, if one is due. */
  claim(): Promise<boolean>;
  /** Reads the orders even if it is not. */
  readonly force: boolean;
  readonly signal: AbortSignal;
}

/**
 * Notes the stage of each subscriber's recent order. After a pause of a day nobody knows how long ago a change was, so that
 * all orders are forgotten first: like the first read, this one reports no change.
 * @returns whether the read was due
 */
export async function watchOrders(
  { client, reader }: { readonly client: Client; readonly reader: Client },
  { name, type, claim, force, signal }: OrderWatch,
): Promise<boolean> {
  if (!(await wasReadRecently(client, name))) await forgetOrders(client);
  const claimed = await claim();
  if (!claimed && !force) return false;
  await pruneOrders(client);
  for await (const orders of subscribersOrders(reader, type, signal)) {
    const seen = orders.map((order) => ({ ...order, stage: stageOf(order) }));
    await noteStages(
      client,
      orderStages,
      seen.filter(({ counts, stage }) => counts || stage !== null),
    );
  }
  return claimed;
}

/** An order that the shop does not count has a stage only if it was undone: the others are carts and failed payments. */
export function stageOf({ status, counts }: ShopOrder): OrderStage | null {
  const stage = orderStage(status);
  return counts || stage === 'cancelled' || stage === 'refunded' ? stage : null;
}
