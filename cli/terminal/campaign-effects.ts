// Prints what a campaign earned over those held out, and the comparison of its two texts.

import type { RatioEffect } from '../../runtime/uplift/ratio-effect.ts';
import type { CampaignEffects } from '../push-report/campaign-effects.ts';
import { verdictWords } from '../push-report/verdict.ts';
import type { ShopLabel } from '../shop-label.ts';
import { count, percent } from './figures.ts';
import { printArms } from './journey-report.ts';
import type { Terminal } from './terminal.ts';
import { moment } from './times.ts';
import { printEffects, signed } from './uplift-report.ts';

export function printCampaignEffects(
  terminal: Terminal,
  report: CampaignEffects,
  { name, currency }: ShopLabel,
): void {
  const { proof, texts, detect } = report;
  terminal.heading(`${name}: campaign ${report.campaign}, ${report.title}`);
  terminal.print(periodWords(report));
  if (proof) {
    printArms(terminal, currency, [
      ['messages', proof.treated],
      ['held out', proof.held_out],
    ]);
    printEffects(terminal, proof.effects, { units: 'customers', detect });
  }
  terminal.print(`\n${verdictWords(report.verdict, proof, detect)}`);
  if (!texts) return;
  terminal.heading('Text B compared with text A');
  terminal.table(
    [
      { title: 'text' },
      { title: 'title' },
      { title: 'messages', align: 'right' },
      { title: 'clicked', align: 'right' },
      { title: 'share', align: 'right' },
    ],
    (['a', 'b'] as const).map((arm) => [
      arm.toUpperCase(),
      texts[arm].title,
      count(texts[arm].messages),
      count(texts[arm].clicked),
      percent(texts[arm].clicked / Math.max(1, texts[arm].messages)),
    ]),
  );
  terminal.print(clickWords(texts.clicks));
  printArms(terminal, currency, [
    ['text A', texts.a.sales],
    ['text B', texts.b.sales],
  ]);
  printEffects(terminal, texts.effects, { units: 'customers', detect });
}

export function periodWords({
  window_days,
  ends_at,
  complete,
  visitors,
  started_at,
}: CampaignEffects): string {
  const end = complete ? '' : ` Until ${moment(new Date(ends_at))} more orders may come.`;
  const others =
    visitors > 0 ? ` Not compared: ${count(visitors)} messages to visitors, whose orders are not known.` : '';
  return `Orders within ${window_days} days after the start (${moment(new Date(started_at))}).${end}${others}`;
}

/** Which text is clicked more, as far as is known. */
export function clickWords({ relative, low, high, significant }: RatioEffect): string {
  if (relative === null || low === null || high === null) return 'Too few clicks to compare the texts.';
  const range = `${signed(relative)} (${signed(low)} to ${signed(high)})`;
  if (!significant) return `No difference in clicks can be told: text B ${range}.`;
  return `Text ${relative > 0 ? 'B' : 'A'} is clicked more: text B ${range}.`;
}
