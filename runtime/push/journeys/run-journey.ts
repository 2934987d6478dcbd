// Runs one journey: finds occasions, records them, sends what is still worth sending. The journey's campaign makes it safe:
// one process runs it at a time, and each message is recorded before it is sent.
import type { Queryable } from '../../../sql/pool.ts';
import type { CampaignSettings } from '../../../sql/store/push/campaigns.ts';
import { type JourneyRule, journeyRules } from '../../../sql/store/push/journey-rules.ts';
import { claimTriggerRead, type JourneyState, journeyCampaign } from '../../../sql/store/push/journeys.ts';
import {
  closeOccasions,
  dueOccasions,
  dueOfOccasions,
  type Occasion,
  type OccasionReaders,
  occasionAddressees,
  openOccasions,
  recordOccasions,
} from '../../../sql/store/push/occasions.ts';
import { type RunOptions, type RunResult, runCampaign } from '../campaign-run.ts';
import type { PersonalSettings } from '../content/personal-composer.ts';
import type { RunSource } from '../run-source.ts';
import { JourneyMessages } from './journey-messages.ts';
import { watchOrders } from './watch-orders.ts';

export interface JourneyLimits {
  /** Hours of each subscriber's day in which journeys are silent. */
  readonly quiet: CampaignSettings['quiet'];
  /** Of all messages of journeys and campaigns together. */
  readonly cap: CampaignSettings['cap'];
  /** Whether subscribers who don't react get fewer messages; default: no. */
  readonly sunset?: boolean;
}

/** Quiet hours and cap of journeys, as far as their rules say that they apply. */
export const usualLimits: JourneyLimits = { quiet: { from: 21, to: 8 }, cap: { messages: 3, days: 7 } };

export interface JourneyRun
  extends Pick<
    RunOptions,
    'databaseUrl' | 'delivery' | 'signal' | 'now' | 'onConnection' | 'reconnectWithin'
  > {
  readonly personal: PersonalSettings;
  readonly limits: JourneyLimits;
  /** Reads the trigger even if it was read a moment ago. */
  readonly force?: boolean;
}

/** Messages in flight to one push service. */
const concurrency = 20;

/**
 * @throws CoutureError `campaign_running` when another process runs the journey
 */
export async function runJourney(
  client: Queryable,
  { name, holdout }: JourneyState,
  run: JourneyRun,
): Promise<RunResult> {
  const rule = journeyRules[name]!;
  const { quiet, cap, sunset } = limitsOf(rule, run.limits);
  const settings = { ttl: rule.ttl, urgency: rule.urgency, rate: null, concurrency, quiet, cap, sunset };
  const id = await journeyCampaign(client, name, rule, settings);
  const messages = new JourneyMessages(name, rule, run.personal);
  const { databaseUrl, delivery, signal, now = () => new Date(), onConnection, reconnectWithin } = run;
  return runCampaign(id, {
    databaseUrl,
    delivery,
    signal,
    now,
    ...(onConnection ? { onConnection } : {}),
    ...(reconnectWithin === undefined ? {} : { reconnectWithin }),
    // The next run sends what is not due yet.
    patience: 0,
    whenEnded: 'scheduled',
    source: sourceOf(name, rule, {
      messages,
      holdout,
      force: run.force ?? false,
      ids: run.personal.source.ids,
    }),
    composer: (campaign) => messages.composer(campaign, now),
  });
}

/** Occasions that are due and worth a message now, of a customer at most one where the journey keeps a gap. */
export async function* eligibleOccasions(
  readers: OccasionReaders,
  name: string,
  rule: JourneyRule,
  messages: JourneyMessages,
  signal: AbortSignal,
): AsyncGenerator<Occasion[]> {
  let last: string | undefined;
  for await (const rows of dueOccasions(readers, name, rule, signal)) {
    const stops = await messages.stops(rows);
    const eligible: Occasion[] = [];
    for (const [at, row] of rows.entries()) {
      if (stops[at] !== undefined || (rule.gap !== null && row.customer_id === last)) continue;
      last = row.customer_id;
      eligible.push(row);
    }
    yield eligible;
  }
}

/** Quiet hours, cap and sunset that apply to a journey's messages. */
function limitsOf(
  { limits }: JourneyRule,
  { quiet, cap, sunset = false }: JourneyLimits,
): Required<JourneyLimits> {
  if (limits === 'all') return { quiet, cap, sunset };
  return { quiet: limits === 'quiet' ? quiet : null, cap: null, sunset: false };
}

interface SourceSettings {
  readonly messages: JourneyMessages;
  readonly holdout: number;
  readonly force: boolean;
  readonly ids: PersonalSettings['source']['ids'];
}

function sourceOf(
  name: string,
  rule: JourneyRule,
  { messages, holdout, force, ids }: SourceSettings,
): RunSource {
  // Postgres may be lost between the claim and the end of the read, which is then done again after the reconnect.
  let isToRead = force;
  return {
    due: dueOfOccasions,
    fresh: async function* ({ client, reader }, { campaign_id }, signal) {
      const claim = async () => {
        const claimed = await claimTriggerRead(client, name, rule);
        isToRead ||= claimed;
        return claimed;
      };
      if (rule.readsOrders)
        await watchOrders({ client, reader }, { name, type: ids.customer, claim, force: isToRead, signal });
      else await claim();
      if (isToRead) {
        for await (const occasions of eligibleOccasions({ client, reader }, name, rule, messages, signal))
          await recordOccasions(client, name, rule, occasions, holdout);
        isToRead = false;
      }
      for (let last = '0'; ; ) {
        const open = await openOccasions(client, name, last);
        if (open.length === 0) return;
        yield await occasionAddressees(client, campaign_id, rule.topic, open);
        await closeOccasions(client, campaign_id, open);
        last = open.at(-1)!;
      }
    },
  };
}
