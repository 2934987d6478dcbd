// A campaign's people and their orders → what it earned over those held out, and which of two texts did better.
import { campaignArm } from '../../runtime/push/campaign-arms.ts';
import type { ArmFigures, ArmSums, Effects } from '../../runtime/uplift/arm-sums.ts';
import { addUnit, noUnits, type RatioEffect, ratioEffect } from '../../runtime/uplift/ratio-effect.ts';
import type { Client } from '../../sql/pool.ts';
import type { Campaign } from '../../sql/store/push/campaigns.ts';
import { campaignPeople, visitorMessages } from '../../sql/store/push/effects.ts';
import { type OrderPeriod, SalesByArm } from './sales-by-arm.ts';
import { type Proof, proofOf, type Verdict, verdictOf } from './verdict.ts';

export interface TextFigures {
  readonly title: string;
  readonly body: string;
  readonly messages: number;
  readonly clicked: number;
  readonly sales: ArmFigures;
}

/** The output of `push report --json`. */
export interface CampaignEffects {
  readonly campaign: number;
  readonly title: string;
  readonly started_at: string;
  readonly window_days: number;
  readonly detect: number;
  /** When the last order counts, and whether that time has passed. */
  readonly ends_at: string;
  readonly complete: boolean;
  readonly holdout: number;
  /** Messages accepted by push services for customers. */
  readonly messages: number;
  readonly clicked: number;
  /** Messages for browsers of visitors, whose orders are not known: not compared. */
  readonly visitors: number;
  /** Null without a holdout. */
  readonly proof: Proof | null;
  readonly verdict: Verdict;
  /** Null without a second text; effects of text B over text A, per message and per customer. */
  readonly texts: {
    readonly a: TextFigures;
    readonly b: TextFigures;
    readonly clicks: RatioEffect;
    readonly effects: Effects;
  } | null;
}

export interface CampaignEffectsInput extends Omit<OrderPeriod, 'from' | 'to'> {
  /** Connection to couture's tables. */
  readonly client: Client;
  readonly campaign: Campaign & { readonly started_at: Date };
  readonly detect: number;
  readonly now?: Date;
}

/**
 * Everybody's orders count from the start of the campaign on: a person who was held out has no other time, and people are
 * compared as they were drawn, whether or not their message was sent.
 */
export async function campaignEffects(input: CampaignEffectsInput): Promise<CampaignEffects> {
  const { client, campaign, detect, windowDays, now = new Date() } = input;
  const { campaign_id, message, settings, started_at } = campaign;
  const sales = new SalesByArm();
  const texts = { a: clickSums(), b: clickSums() };
  const since = started_at.getTime() / 1_000;
  for await (const rows of campaignPeople(client, campaign_id)) {
    input.signal.throwIfAborted();
    for (const [customer, messages, clicked] of rows) {
      const arm = campaignArm(campaign, { customer_id: customer, subscription_id: '' });
      sales.add('holdout', arm === 'held_out' ? arm : 'treated', customer, since);
      if (arm === 'held_out') continue;
      sales.add('texts', arm, customer, since);
      texts[arm].messages += messages;
      texts[arm].clicked += clicked;
      addUnit(texts[arm].units, clicked, messages);
    }
  }
  const to = new Date(started_at.getTime() + windowDays * 86_400_000);
  await sales.addOrders({ ...input, from: started_at, to });
  const sums = sales.sums();
  const { holdout = 0 } = settings;
  const arms = sums.get('holdout');
  const proof = holdout > 0 ? proofOf(arms?.get('treated'), arms?.get('held_out'), detect) : null;
  return {
    ...{ campaign: campaign_id, title: message.title, started_at: started_at.toISOString() },
    ...{ window_days: windowDays, detect, ends_at: to.toISOString(), complete: to <= now, holdout },
    messages: texts.a.messages + texts.b.messages,
    clicked: texts.a.clicked + texts.b.clicked,
    visitors: await visitorMessages(client, campaign_id),
    proof,
    verdict: verdictOf(proof),
    texts: message.b ? compareTexts(texts, sums.get('texts'), { a: message, b: message.b }, detect) : null,
  };
}

type Clicks = ReturnType<typeof clickSums>;

function clickSums() {
  return { messages: 0, clicked: 0, units: noUnits() };
}

function compareTexts(
  clicks: { readonly a: Clicks; readonly b: Clicks },
  sales: ReadonlyMap<string, ArmSums> | undefined,
  texts: Record<'a' | 'b', { readonly title: string; readonly body: string }>,
  detect: number,
): CampaignEffects['texts'] {
  const { treated, held_out, effects } = proofOf(sales?.get('b'), sales?.get('a'), detect);
  const figures = (arm: 'a' | 'b', of: ArmFigures): TextFigures => {
    const { messages, clicked } = clicks[arm];
    return { title: texts[arm].title, body: texts[arm].body, messages, clicked, sales: of };
  };
  return {
    a: figures('a', held_out),
    b: figures('b', treated),
    clicks: ratioEffect(clicks.b.units, clicks.a.units, detect),
    effects,
  };
}
