// Invitations to the chat of a period, and orders after them → what each rule achieved, against its control group.

import { invitedUnits } from '../../sql/store/chat/invitation-report.ts';
import { soldLines } from '../../sql/store/events/uplift.ts';
import { type ArmFigures, ArmSums, type Effects } from '../recs/uplift/arm-sums.ts';
import type { SalesInput } from './sales-after-chats.ts';

export interface InvitationEffects {
  /** Id of the rule. */
  readonly invite: string;
  /** Visitors, or customers where known, who were invited, and orders within the window after it. */
  readonly invited: ArmFigures;
  /** Those who would have been invited, but are in the control group. */
  readonly holdout: ArmFigures;
  /** Invited visitors who opened the chat from it. */
  readonly opened: number;
  /** Null without a control group. */
  readonly effects: Effects | null;
  readonly left_out: {
    /** The invitation is less than the window ago. */
    readonly too_recent: number;
    /** In both groups: the share was changed, or the customer has two devices. */
    readonly both: number;
  };
}

interface Unit {
  readonly invite: string;
  readonly arm: 'invited' | 'holdout';
  readonly first: number;
  readonly orders: Set<string>;
  revenue: number;
}

interface Counts {
  opened: number;
  too_recent: number;
  both: number;
}

/**
 * Compares whom each rule invited with its control group, which was chosen by a hash and is counted from the same moment: the
 * difference is due to the invitation. Visitors who never sign in count as visitors of their group who bought nothing.
 */
export async function invitationEffects(input: SalesInput): Promise<InvitationEffects[]> {
  const { source, from, to, windowDays, detect, signal } = input;
  const { units, byCustomer, counts } = await readUnits(input);
  const seconds = windowDays * 86_400;
  if (byCustomer.size > 0)
    for await (const rows of soldLines(source, from, to)) {
      signal.throwIfAborted();
      for (const [order, customer, , amount, at] of rows)
        for (const unit of byCustomer.get(customer) ?? []) {
          if (at < unit.first || at >= unit.first + seconds) continue;
          unit.orders.add(order);
          unit.revenue += amount;
        }
    }
  return [...counts].map(([invite, { opened, ...left_out }]) => {
    const [invited, holdout] = (['invited', 'holdout'] as const).map((arm) => {
      const sums = new ArmSums();
      for (const unit of units)
        if (unit.invite === invite && unit.arm === arm) sums.add(unit.orders.size, unit.revenue);
      return sums;
    }) as [ArmSums, ArmSums];
    const isCompared = invited.figures.visitors > 0 && holdout.figures.visitors > 0;
    return {
      invite,
      invited: invited.figures,
      holdout: holdout.figures,
      opened,
      effects: isCompared ? invited.effectsAgainst(holdout, detect) : null,
      left_out,
    };
  });
}

async function readUnits({ client, from, to, windowDays, signal }: SalesInput) {
  const units: Unit[] = [];
  const byCustomer = new Map<string, Unit[]>();
  const counts = new Map<string, Counts>();
  const until = to.getTime() / 1_000 - windowDays * 86_400;
  for await (const rows of invitedUnits(client, from, to)) {
    signal.throwIfAborted();
    for (const [invite, customer, arm, first, opened] of rows) {
      let count = counts.get(invite);
      if (!count) counts.set(invite, (count = { opened: 0, too_recent: 0, both: 0 }));
      if (arm === null) count.both++;
      else if (first > until) count.too_recent++;
      else {
        const unit: Unit = { invite, arm, first, orders: new Set(), revenue: 0 };
        if (opened) count.opened++;
        units.push(unit);
        if (customer !== null) byCustomer.set(customer, [...(byCustomer.get(customer) ?? []), unit]);
      }
    }
  }
  return { units, byCustomer, counts };
}
