// A report on journeys → a self-contained HTML page.
import { htmlTable, page, type Section } from '../page/page.ts';
import { effectsBlock, howToRead, number, percent, range, signed } from '../recs/uplift/effects-block.ts';
import type { ShopLabel } from '../shop-label.ts';
import { money } from '../terminal/figures.ts';
import {
  busyJourneys,
  holdoutCommand,
  idleWords,
  reasonWords,
  savedWords,
  totalOf,
} from '../terminal/journey-report.ts';
import { moment } from '../terminal/times.ts';
import type { JourneyFigures, JourneyReport } from './journey-report.ts';
import { type Proof, verdictWords } from './verdict.ts';

export function journeyReportPage(report: JourneyReport, shop: ShopLabel): string {
  const sum = (of: (each: JourneyFigures) => number) =>
    report.journeys.reduce((total, each) => total + of(each), 0);
  const clicked = sum((each) => each.clicked);
  return page({
    shop: shop.name,
    title: report.journeys.length === 1 ? `Journey ${report.journeys[0]!.journey}` : 'Journeys',
    lead: `The last ${report.days} days: what was sent, what was held back and why, and what people with messages bought compared with people without.`,
    tiles: [
      { label: 'messages sent', value: number(report.sent) },
      {
        label: 'clicked',
        value: report.sent > 0 ? percent(clicked / report.sent) : '–',
        note: `${number(clicked)} clicks, ${number(sum((each) => each.dismissed))} dismissed`,
      },
      { label: 'not sent', value: number(sum((each) => totalOf(each.withheld) + each.failed)) },
      {
        label: 'without a measurable effect',
        value: number(report.without_effect),
        note: 'messages that can be saved',
      },
    ],
    sections: [
      messageSection(report),
      ...report.journeys
        .filter(({ occasions }) => occasions > 0)
        .map((each) => proofSection(each, report, shop)),
    ],
  });
}

function messageSection(report: JourneyReport): Section {
  const journeys = busyJourneys(report);
  const notes = [report.without_effect > 0 ? savedWords(report) : '', idleWords(report)];
  const numbers = ['occasions', 'held out', 'sent', 'waiting', 'not sent', 'clicked', 'dismissed'];
  const withheld = journeys.flatMap(({ journey, withheld: of, failed }) => [
    ...Object.entries(of).map(([reason, n]) => [journey, reasonWords(reason), number(n)]),
    ...(failed > 0 ? [[journey, 'expired subscription, or failed', number(failed)]] : []),
  ]);
  return {
    title: 'Messages',
    lead: `An occasion is a reason to write to a customer; each of the customer's browsers gets a message. ${notes.filter(Boolean).join(' ')}`.trim(),
    body:
      (journeys.length === 0
        ? ''
        : htmlTable(
            'Messages by journey',
            [{ title: 'journey' }, ...numbers.map((title) => ({ title, number: true }))],
            journeys.map((each) => [
              each.journey,
              number(each.occasions),
              number(each.held_out),
              number(each.sent),
              number(each.waiting),
              number(totalOf(each.withheld) + each.failed),
              number(each.clicked),
              number(each.dismissed),
            ]),
          )) +
      (withheld.length > 0
        ? htmlTable(
            'Messages not sent, by reason',
            [{ title: 'journey' }, { title: 'not sent because' }, { title: 'messages', number: true }],
            withheld,
          )
        : ''),
  };
}

function proofSection(figures: JourneyFigures, report: JourneyReport, { currency }: ShopLabel): Section {
  const { journey, proof, verdict, compared_since, too_recent } = figures;
  const words = verdictWords(verdict, proof, report.detect);
  if (!proof) return { title: journey, lead: `${words} To compare: ${holdoutCommand(journey)}`, body: '' };
  const { relative } = proof.effects.revenue_per_visitor;
  const effect =
    relative === null
      ? ''
      : ` Revenue per customer: ${signed(relative)} (${range(proof.effects.revenue_per_visitor)}).`;
  return {
    title: journey,
    lead: `${words}${effect} Orders within ${report.window_days} days, of people found since ${moment(new Date(compared_since!))}${too_recent > 0 ? `; ${number(too_recent)} were found too recently` : ''}. ${howToRead}`,
    body:
      armTable(currency, [
        ['messages', proof.treated],
        ['held out', proof.held_out],
      ]) +
      effectsBlock(proof.effects, {
        names: ['messages', 'held out'],
        units: 'customers',
        detect: report.detect,
        currency,
      }),
  };
}

export function armTable(
  currency: string,
  arms: ReadonlyArray<readonly [name: string, figures: Proof['treated']]>,
): string {
  return htmlTable(
    'Orders by group',
    [
      { title: 'group' },
      ...['customers', 'buyers', 'orders', 'revenue', 'revenue per customer'].map((title) => ({
        title,
        number: true,
      })),
    ],
    arms.map(([name, { visitors, buyers, orders, revenue }]) => [
      name,
      number(visitors),
      number(buyers),
      number(orders),
      money(revenue, currency),
      money(revenue / Math.max(1, visitors), currency),
    ]),
  );
}
