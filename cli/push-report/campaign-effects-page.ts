// What a campaign earned → a self-contained HTML page.
import { htmlTable, page, type Section } from '../page/page.ts';
import { effectsBlock, howToRead, number, percent, range, signed } from '../recs/uplift/effects-block.ts';
import type { ShopLabel } from '../shop-label.ts';
import { clickWords, periodWords } from '../terminal/campaign-effects.ts';
import type { CampaignEffects } from './campaign-effects.ts';
import { armTable } from './journey-report-page.ts';
import { verdictWords } from './verdict.ts';

export function campaignEffectsPage(report: CampaignEffects, shop: ShopLabel): string {
  const { proof, messages, clicked } = report;
  const effect = proof?.effects.revenue_per_visitor;
  return page({
    shop: shop.name,
    title: `Campaign ${report.campaign}: ${report.title}`,
    lead: periodWords(report),
    tiles: [
      { label: 'messages to customers', value: number(messages) },
      { label: 'clicked', value: messages > 0 ? percent(clicked / messages) : '–', note: number(clicked) },
      { label: 'held out', value: proof ? number(proof.held_out.visitors) : '–' },
      ...(effect?.relative == null
        ? []
        : [
            {
              label: 'revenue per customer, compared with those held out',
              value: signed(effect.relative),
              note: range(effect),
            },
          ]),
    ],
    sections: [proofSection(report, shop), ...textSections(report, shop)],
  });
}

function proofSection({ proof, verdict, detect }: CampaignEffects, { currency }: ShopLabel): Section {
  const words = verdictWords(verdict, proof, detect);
  if (!proof) return { title: 'Effect', lead: `${words} Use --holdout with the next campaign.`, body: '' };
  return {
    title: 'Effect',
    lead: `${words} ${howToRead}`,
    body:
      armTable(currency, [
        ['messages', proof.treated],
        ['held out', proof.held_out],
      ]) +
      effectsBlock(proof.effects, { names: ['messages', 'held out'], units: 'customers', detect, currency }),
  };
}

function textSections({ texts, detect }: CampaignEffects, { currency }: ShopLabel): Section[] {
  if (!texts) return [];
  return [
    {
      title: 'Text B compared with text A',
      lead: clickWords(texts.clicks),
      body:
        htmlTable(
          'Clicks by text',
          [
            { title: 'text' },
            { title: 'title' },
            ...['messages', 'clicked', 'share'].map((title) => ({ title, number: true })),
          ],
          (['a', 'b'] as const).map((arm) => [
            arm.toUpperCase(),
            texts[arm].title,
            number(texts[arm].messages),
            number(texts[arm].clicked),
            percent(texts[arm].clicked / Math.max(1, texts[arm].messages)),
          ]),
        ) +
        armTable(currency, [
          ['text A', texts.a.sales],
          ['text B', texts.b.sales],
        ]) +
        effectsBlock(texts.effects, { names: ['text B', 'text A'], units: 'customers', detect, currency }),
    },
  ];
}
