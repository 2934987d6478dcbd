// Orders after chats: customers who chatted, compared with customers like them who did not.

import { type ArmFigures, ArmSums, type Effects } from '../../runtime/uplift/arm-sums.ts';
import type { EffectsInput } from '../../runtime/uplift/effects-input.ts';
import { chattingCustomers, customersAround } from '../../sql/store/chat/report.ts';

export interface SalesAfterChats {
  /** Customers who chatted and whose orders after it are compared. */
  readonly chatted: ArmFigures;
  /** Customers who did not chat: `per_chatter` for each who did. */
  readonly comparable: ArmFigures;
  readonly per_chatter: number;
  readonly effects: Effects;
  /** Customers who chatted and are not compared, and why. */
  readonly left_out: {
    /** The chat is less than the window ago. */
    readonly too_recent: number;
    /** Never ordered before. */
    readonly new_customers: number;
    /** Too few others with as many orders as long ago. */
    readonly unmatched: number;
  };
}

/** Customers compared with each who chatted: more would narrow the interval by less than a tenth. */
const perChatter = 4;

/**
 * Exact matching: customers are comparable if they had about as many orders before, the last about as long ago. What made
 * some of them chat is not known, so the difference is no proof that chats sell.
 * @returns undefined if no customer chatted long enough ago
 */
export async function salesAfterChats(input: EffectsInput): Promise<SalesAfterChats | undefined> {
  const { client, source, from, to, windowDays, detect, signal } = input;
  const all = await chattingCustomers(client, from, to);
  const until = to.getTime() - windowDays * 86_400_000;
  const chatted = all.filter(({ at }) => at.getTime() <= until);
  if (chatted.length === 0) return undefined;
  const without = all.filter(({ at }) => at.getTime() > until).map(({ customer }) => customer);
  const groups = new Map<string, Group>();
  let known = 0;
  for await (const rows of customersAround(source, { chatted, without, days: windowDays })) {
    signal.throwIfAborted();
    for (const [, chats, before, daysSince, orders, revenue] of rows) {
      const key = `${bandOf(orderBands, before)}/${bandOf(dayBands, daysSince)}`;
      let group = groups.get(key);
      if (!group) groups.set(key, (group = { chatted: [], others: [] }));
      (chats ? group.chatted : group.others).push({ orders, revenue });
      if (chats) known++;
    }
  }
  const [one, other] = [new ArmSums(), new ArmSums()];
  for (const group of groups.values()) {
    const compared = Math.min(group.chatted.length, Math.floor(group.others.length / perChatter));
    for (const { orders, revenue } of group.chatted.slice(0, compared)) one.add(orders, revenue);
    for (const { orders, revenue } of group.others.slice(0, compared * perChatter))
      other.add(orders, revenue);
  }
  return {
    chatted: one.figures,
    comparable: other.figures,
    per_chatter: perChatter,
    effects: one.effectsAgainst(other, detect),
    left_out: {
      too_recent: without.length,
      new_customers: chatted.length - known,
      unmatched: known - one.figures.visitors,
    },
  };
}

interface Group {
  readonly chatted: Later[];
  readonly others: Later[];
}

interface Later {
  readonly orders: number;
  readonly revenue: number;
}

/** Upper ends of the bands; what is above the last is a band, too. */
const orderBands = [1, 2, 5, 10];
const dayBands = [3, 14, 45, 120, 365];

function bandOf(ends: readonly number[], value: number): number {
  const band = ends.findIndex((end) => value <= end);
  return band < 0 ? ends.length : band;
}
