// Occasions, messages and orders of a period → what each journey sent, withheld and earned.
import type { Client } from '../../sql/pool.ts';
import {
  journeyMessages,
  journeyPeople,
  type MessagesByOutcome,
  occasionCounts,
} from '../../sql/store/push/effects.ts';
import { journeyStates } from '../../sql/store/push/journeys.ts';
import { type OrderPeriod, SalesByArm } from './sales-by-arm.ts';
import { type Proof, proofOf, type Verdict, verdictOf } from './verdict.ts';

export interface JourneyFigures {
  readonly journey: string;
  readonly enabled: boolean;
  readonly holdout: number;
  /** Reasons to write to a customer that were found in the period, and those of customers who were held out. */
  readonly occasions: number;
  readonly held_out: number;
  /** Messages, one for each browser of a customer: accepted by push services, waiting, failed. */
  readonly sent: number;
  readonly waiting: number;
  readonly failed: number;
  /** Reason → messages that were not sent. */
  readonly withheld: Readonly<Record<string, number>>;
  readonly clicked: number;
  readonly dismissed: number;
  /** Null without a holdout. */
  readonly proof: Proof | null;
  /** When the holdout got its share; occasions before it are not compared. Null without a holdout. */
  readonly compared_since: string | null;
  /** People who are not compared: their first occasion is less than the window ago; they were in both groups. */
  readonly too_recent: number;
  readonly left_out: number;
  readonly verdict: Verdict;
}

/** The output of `push journeys report --json`. */
export interface JourneyReport {
  readonly from: string;
  readonly to: string;
  readonly days: number;
  readonly window_days: number;
  readonly detect: number;
  readonly journeys: readonly JourneyFigures[];
  /** All messages sent, and those of journeys without an effect or with a negative one. */
  readonly sent: number;
  readonly without_effect: number;
}

export interface JourneyReportInput extends OrderPeriod {
  /** Connection to couture's tables. */
  readonly client: Client;
  /** Minimum detectable effect, relative, for the sample size. */
  readonly detect: number;
  /** Only this journey. */
  readonly only?: string | undefined;
}

/**
 * Customers are compared as they were drawn, whether or not their message was sent: leaving out those whose message was
 * withheld, for example because they had bought by then, would make the groups different.
 */
export async function journeyReport(input: JourneyReportInput): Promise<JourneyReport> {
  const { client, from, to, windowDays, detect, only } = input;
  const people = await readPeople(input);
  await people.sales.addOrders(input);
  const sums = people.sales.sums();
  const messages = await journeyMessages(client, from, to);
  const counts = new Map((await occasionCounts(client, from, to)).map((each) => [each.journey, each]));
  const journeys = (await journeyStates(client))
    .filter(({ name }) => only === undefined || name === only)
    .map(({ name, enabled, holdout, holdout_since }): JourneyFigures => {
      const arms = sums.get(name);
      const proof = holdout > 0 ? proofOf(arms?.get('treated'), arms?.get('held_out'), detect) : null;
      return {
        ...{ journey: name, enabled, holdout },
        occasions: counts.get(name)?.occasions ?? 0,
        held_out: counts.get(name)?.held_out ?? 0,
        ...outcomesOf(messages.filter(({ journey }) => journey === name)),
        proof,
        compared_since: proof && holdout_since ? holdout_since.toISOString() : null,
        too_recent: people.tooRecent.get(name) ?? 0,
        left_out: people.leftOut.get(name) ?? 0,
        verdict: verdictOf(proof),
      };
    });
  const sent = (of: readonly JourneyFigures[]) => of.reduce((sum, each) => sum + each.sent, 0);
  return {
    from: from.toISOString(),
    to: to.toISOString(),
    days: Math.round((to.getTime() - from.getTime()) / 86_400_000),
    window_days: windowDays,
    detect,
    journeys,
    sent: sent(journeys),
    without_effect: sent(journeys.filter(({ verdict }) => verdict === 'same' || verdict === 'less')),
  };
}

async function readPeople({ client, from, to, windowDays, signal, only }: JourneyReportInput) {
  const sales = new SalesByArm();
  const [tooRecent, leftOut] = [new Map<string, number>(), new Map<string, number>()];
  const until = to.getTime() / 1_000 - windowDays * 86_400;
  for await (const rows of journeyPeople(client, from, to)) {
    signal.throwIfAborted();
    for (const [journey, customer, heldOut, since] of rows) {
      if (only !== undefined && journey !== only) continue;
      if (since > until) tooRecent.set(journey, (tooRecent.get(journey) ?? 0) + 1);
      else if (heldOut === null) leftOut.set(journey, (leftOut.get(journey) ?? 0) + 1);
      else sales.add(journey, heldOut ? 'held_out' : 'treated', customer, since);
    }
  }
  return { sales, tooRecent, leftOut };
}

type Outcomes = Pick<JourneyFigures, 'sent' | 'waiting' | 'failed' | 'withheld' | 'clicked' | 'dismissed'>;

function outcomesOf(rows: readonly MessagesByOutcome[]): Outcomes {
  const withheld: Record<string, number> = {};
  const sums = { sent: 0, waiting: 0, failed: 0, clicked: 0, dismissed: 0 };
  for (const { state, reason, messages, clicked, dismissed } of rows) {
    sums.clicked += clicked;
    sums.dismissed += dismissed;
    const isUnsubscribed = reason === 'unsubscribed';
    if (state === 'accepted') sums.sent += messages;
    else if (state === 'skipped' || isUnsubscribed)
      withheld[reason ?? 'unknown'] = (withheld[reason ?? 'unknown'] ?? 0) + messages;
    else if (state === 'gone' || state === 'failed') sums.failed += messages;
    else sums.waiting += messages;
  }
  return { ...sums, withheld };
}
