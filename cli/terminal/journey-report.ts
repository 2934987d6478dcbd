// Prints the report on journeys: messages by outcome, what was withheld, and the comparison with people who were held out.
import { reasons } from '../push/campaign-report.ts';
import type { JourneyFigures, JourneyReport } from '../push-report/journey-report.ts';
import { type Proof, verdictWords } from '../push-report/verdict.ts';
import type { ShopLabel } from '../shop-label.ts';
import { count, money, percent } from './figures.ts';
import type { Terminal } from './terminal.ts';
import { moment } from './times.ts';
import { printEffects } from './uplift-report.ts';

const right = (title: string) => ({ title, align: 'right' as const });

export function printJourneyReport(terminal: Terminal, report: JourneyReport, shop: ShopLabel): void {
  terminal.heading(`${shop.name}: journeys of the last ${report.days} days`);
  terminal.table(
    [
      { title: 'journey' },
      right('occasions'),
      right('held out'),
      right('sent'),
      right('waiting'),
      right('not sent'),
      right('clicked'),
      right('dismissed'),
    ],
    report.journeys.map((each) => [
      each.journey,
      count(each.occasions),
      count(each.held_out),
      count(each.sent),
      count(each.waiting),
      count(totalOf(each.withheld) + each.failed),
      `${count(each.clicked)}${each.sent > 0 ? ` (${percent(each.clicked / each.sent)})` : ''}`,
      count(each.dismissed),
    ]),
  );
  printWithheld(terminal, report.journeys);
  for (const each of report.journeys)
    if (each.occasions > 0) printProof(terminal, each, report, shop.currency);
  if (report.without_effect > 0)
    terminal.print(`\n${savedWords(report)} To turn one off: couture push journeys disable NAME`);
}

function printWithheld(terminal: Terminal, journeys: readonly JourneyFigures[]): void {
  const rows = journeys.flatMap(({ journey, withheld, failed }) => [
    ...Object.entries(withheld).map(([reason, n]) => [journey, reasonWords(reason), count(n)]),
    ...(failed > 0 ? [[journey, 'expired subscription, or failed', count(failed)]] : []),
  ]);
  if (rows.length > 0)
    terminal.table([{ title: 'journey' }, { title: 'not sent because' }, right('messages')], rows);
}

function printProof(
  terminal: Terminal,
  figures: JourneyFigures,
  report: JourneyReport,
  currency: string,
): void {
  terminal.heading(`${figures.journey}: orders within ${report.window_days} days`);
  const { proof, verdict, compared_since, too_recent, left_out } = figures;
  if (proof) {
    printArms(terminal, currency, [
      ['messages', proof.treated],
      ['held out', proof.held_out],
    ]);
    printEffects(terminal, proof.effects, { units: 'customers', detect: report.detect });
    terminal.print(
      `\nCompared since ${moment(new Date(compared_since!))}. Not compared: ${count(too_recent)} people found less than ${report.window_days} days ago${left_out > 0 ? `, ${count(left_out)} in both groups` : ''}.`,
    );
  }
  terminal.print(verdictWords(verdict, proof, report.detect));
  if (!proof) terminal.print(`To compare: couture push journeys enable ${figures.journey} --holdout 0.1`);
}

export function printArms(
  terminal: Terminal,
  currency: string,
  arms: ReadonlyArray<readonly [name: string, figures: Proof['treated']]>,
): void {
  terminal.table(
    [
      { title: '' },
      right('customers'),
      right('buyers'),
      right('orders'),
      right('revenue'),
      right('orders per customer'),
      right('revenue per customer'),
    ],
    arms.map(([name, { visitors, buyers, orders, revenue }]) => [
      name,
      count(visitors),
      count(buyers),
      count(orders),
      money(revenue, currency),
      (orders / Math.max(1, visitors)).toFixed(3),
      money(revenue / Math.max(1, visitors), currency),
    ]),
  );
}

export function savedWords({ sent, without_effect }: JourneyReport): string {
  return `Send less, sell the same: ${count(without_effect)} of ${count(sent)} messages had no measurable effect, or a negative one.`;
}

export function reasonWords(reason: string): string {
  return reason === 'cap' ? 'cap reached' : (reasons[reason] ?? reason.replaceAll('_', ' '));
}

export function totalOf(withheld: Readonly<Record<string, number>>): number {
  return Object.values(withheld).reduce((sum, n) => sum + n, 0);
}
