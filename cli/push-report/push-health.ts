// Is the permission to send push messages in good health? Subscriptions and messages → figures for each push service.
import type { Queryable } from '../../sql/pool.ts';
import {
  type MessageCounts,
  messageHealth,
  type ServiceSubscriptions,
  subscriptionHealth,
} from '../../sql/store/push/health.ts';

export interface HealthWeek extends MessageCounts {
  /** First day of the week, in UTC. */
  readonly from: string;
}

export interface ServiceHealth extends MessageCounts, ServiceSubscriptions {
  /** Clicks per accepted message, with a 95 % interval (Wilson); null without messages. */
  readonly click_rate: { readonly rate: number; readonly low: number; readonly high: number } | null;
  /** Share of the messages whose subscription had expired or was revoked. */
  readonly gone_rate: number | null;
  /** Oldest first; a week without messages has zeros. */
  readonly weeks: readonly HealthWeek[];
}

export interface PushHealth {
  readonly weeks: number;
  readonly total: ServiceHealth;
  /** The largest first. */
  readonly services: readonly ServiceHealth[];
}

const none = { active: 0, reduced: 0, rare: 0, ended: 0 };

/** @param weeks number of weeks up to now */
export async function pushHealth(client: Queryable, weeks: number): Promise<PushHealth> {
  const [all, ...subscriptions] = await subscriptionHealth(client);
  const messages = await messageHealth(client, weeks);
  const names = new Set([...subscriptions, ...messages].map(({ service }) => service));
  const of = (held: ServiceSubscriptions, ours: ReadonlyArray<MessageCounts & { weeks_ago: number }>) => {
    const sum = sumOf(ours);
    const attempts = sum.accepted + sum.gone + sum.failed;
    return {
      ...held,
      ...sum,
      click_rate: sum.accepted > 0 ? wilson(sum.clicked, sum.accepted) : null,
      gone_rate: attempts > 0 ? sum.gone / attempts : null,
      weeks: Array.from({ length: weeks }, (_, at) => {
        const ago = weeks - 1 - at;
        const from = new Date(Date.now() - (ago + 1) * 7 * 86_400_000).toISOString().slice(0, 10);
        return { from, ...sumOf(ours.filter(({ weeks_ago }) => weeks_ago === ago)) };
      }),
    };
  };
  const services = [...names].map((service) =>
    of(
      subscriptions.find((each) => each.service === service) ?? withoutSubscriptions(service),
      messages.filter((each) => each.service === service),
    ),
  );
  return { weeks, services, total: of(all!, messages) };
}

function sumOf(rows: readonly MessageCounts[]): MessageCounts {
  const sum = (name: keyof MessageCounts) => rows.reduce((total, row) => total + row[name], 0);
  return {
    accepted: sum('accepted'),
    gone: sum('gone'),
    failed: sum('failed'),
    shown: sum('shown'),
    clicked: sum('clicked'),
    dismissed: sum('dismissed'),
  };
}

function withoutSubscriptions(service: string): ServiceSubscriptions {
  return { service, subscriptions: 0, installed: 0, age: null, sunset: none };
}

/** Wilson's score interval at 95 %. */
function wilson(successes: number, trials: number): { rate: number; low: number; high: number } {
  const z = 1.96;
  const rate = successes / trials;
  const denominator = 1 + z ** 2 / trials;
  const centre = (rate + z ** 2 / (2 * trials)) / denominator;
  const half = (z / denominator) * Math.sqrt((rate * (1 - rate)) / trials + z ** 2 / (4 * trials ** 2));
  return { rate, low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}
