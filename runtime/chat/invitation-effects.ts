// Invitations to the chat of a period, and orders after them → what each rule achieved, against its control group.

import { invitedUnits } from '../../sql/store/chat/invitation-report.ts';
import { soldLines } from '../../sql/store/events/uplift.ts';
import { type ArmFigures, ArmSums, type Effects } from '../uplift/arm-sums.ts';
import type { EffectsInput } from '../uplift/effects-input.ts';

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

/** A known customer in a rule; visitors who never sign in are only counted. */
interface Unit {
  readonly first: number;
  readonly sums: ArmSums;
  orders?: Set<string>;
  revenue: number;
}

interface Rule {
  readonly invited: ArmSums;
  readonly holdout: ArmSums;
  opened: number;
  too_recent: number;
  both: number;
}

/** Customers whose orders are asked for by name; of more, those of all are read. */
const maxNamed = 20_000;

/**
 * Compares whom each rule invited with its control group, which was chosen by a hash and is counted from the same moment: the
 * difference is due to the invitation. Visitors who never sign in count as visitors of their group who bought nothing.
 */
export async function invitationEffects(input: EffectsInput): Promise<InvitationEffects[]> {
  const { source, from, to, windowDays, detect, signal } = input;
  const { rules, byCustomer } = await readUnits(input);
  const seconds = windowDays * 86_400;
  const named = byCustomer.size <= maxNamed ? [...byCustomer.keys()] : undefined;
  if (byCustomer.size > 0)
    for await (const rows of soldLines(source, from, to, named)) {
      signal.throwIfAborted();
      for (const [order, customer, , amount, at] of rows)
        for (const unit of byCustomer.get(customer) ?? []) {
          if (at < unit.first || at >= unit.first + seconds) continue;
          unit.orders ??= new Set();
          unit.orders.add(order);
          unit.revenue += amount;
        }
    }
  for (const units of byCustomer.values())
    for (const { sums, orders, revenue } of units) sums.add(orders?.size ?? 0, revenue);
  return [...rules].map(([invite, { invited, holdout, opened, ...left_out }]) => {
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

async function readUnits({ client, from, to, windowDays, signal }: EffectsInput) {
  const rules = new Map<string, Rule>();
  const byCustomer = new Map<string, Unit[]>();
  const until = to.getTime() / 1_000 - windowDays * 86_400;
  for await (const rows of invitedUnits(client, from, to)) {
    signal.throwIfAborted();
    for (const [invite, customer, arm, first, opened] of rows) {
      let rule = rules.get(invite);
      if (!rule) rules.set(invite, (rule = newRule()));
      if (arm === null) rule.both++;
      else if (first > until) rule.too_recent++;
      else {
        if (opened && arm === 'invited') rule.opened++;
        if (customer === null) rule[arm].add(0, 0);
        else {
          const unit: Unit = { first, sums: rule[arm], revenue: 0 };
          byCustomer.set(customer, [...(byCustomer.get(customer) ?? []), unit]);
        }
      }
    }
  }
  return { rules, byCustomer };
}

function newRule(): Rule {
  return { invited: new ArmSums(), holdout: new ArmSums(), opened: 0, too_recent: 0, both: 0 };
}
