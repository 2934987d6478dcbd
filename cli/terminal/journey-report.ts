// Prints the report on journeys: messages by outcome, what was withheld, and the comparison with people who were held out.
import { reasons } from '../push/campaign-report.ts';
import type { JourneyFigures, JourneyReport } from '../push-report/journey-report.ts';
import { type Proof, verdictWords } from '../push-report/verdict.ts';
import type { ShopLabel } from '../shop-label.ts';
import { count, money, percent, several } from './figures.ts';
import type { Terminal } from './terminal.ts';
import { moment } from './times.ts';
import { printEffects } from './uplift-report.ts';

const right = (title: string) => ({ title, align: 'right' as const });

export function printJourneyReport(terminal: Terminal, report: JourneyReport, shop: ShopLabel): void {
  terminal.heading(`${shop.name}: journeys of the last ${report.days} days`);
  const journeys = busyJourneys(report);
  if (journeys.length > 0) printMessages(terminal, journeys);
  const idle = idleWords(report);
  if (idle !== '') terminal.print(idle);
  for (const each of journeys) if (each.occasions > 0) printProof(terminal, each, report, shop.currency);
  if (report.without_effect > 0)
    terminal.print(`\n${savedWords(report)} To turn one off: couture push journeys disable NAME`);
}

/** Journeys with something to report. */
export function busyJourneys({ journeys }: Pick<JourneyReport, 'journeys'>): JourneyFigures[] {
  return journeys.filter(
    ({ occasions, sent, waiting, failed, withheld }) =>
      occasions + sent + waiting + failed + totalOf(withheld) > 0,
  );
}

/** The other journeys, in a sentence; '' without any. */
export function idleWords(report: Pick<JourneyReport, 'journeys'>): string {
  const busy = new Set(busyJourneys(report));
  const idle = report.journeys.filter((each) => !busy.has(each));
  const names = idle.map(({ journey, enabled }) => (enabled ? journey : `${journey} (off)`));
  return idle.length === 0 ? '' : `Without an occasion: ${names.join(', ')}.`;
}

function printMessages(terminal: Terminal, journeys: readonly JourneyFigures[]): void {
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
    journeys.map((each) => [
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
  printWithheld(terminal, journeys);
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
    const without = [
      too_recent > 0 && `${several(too_recent, 'customer')} found less than ${report.window_days} days ago`,
      left_out > 0 && `${count(left_out)} in both groups`,
    ].filter(Boolean);
    terminal.print(
      `\nCompared since ${moment(new Date(compared_since!))}.${without.length > 0 ? ` Not compared: ${without.join(', ')}.` : ''}`,
    );
  }
  terminal.print(verdictWords(verdict, proof, report.detect));
  if (!proof) terminal.print(`To compare: ${holdoutCommand(figures.journey)}`);
}

export function holdoutCommand(journey: string): string {
  return `couture push journeys enable ${journey} --holdout 0.1`;
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
