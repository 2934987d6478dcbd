// Why messages of the simulated shop differ from the oracle's: messages that were expected and sent → each one that is missing
// or should not have been sent, with what the database says about it.
import type { Client } from '../../sql/pool.ts';

/** Differences that are looked up; more are only counted. */
const maxShown = 40;

/** @returns an empty text when both have the same messages */
export async function explainedDifference(
  client: Client,
  { got, wanted }: { readonly got: readonly string[]; readonly wanted: readonly string[] },
): Promise<string> {
  const [missing, surplus] = [without(wanted, got), without(got, wanted)];
  if (missing.length + surplus.length === 0) return '';
  const lines = [
    `${missing.length} messages are missing and ${surplus.length} too many, of ${wanted.length}`,
  ];
  for (const [kind, some] of [
    ['missing', missing],
    ['too many', surplus],
  ] as const)
    for (const message of some.slice(0, maxShown))
      lines.push(`${kind}: ${message}: ${await lastDeliveries(client, message.split(' ').at(-1)!)}`);
  return lines.join('\n');
}

/** What is in `some` more often than in `others`. */
function without(some: readonly string[], others: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const each of others) counts.set(each, (counts.get(each) ?? 0) + 1);
  return some.filter((each) => {
    const left = counts.get(each) ?? 0;
    counts.set(each, left - 1);
    return left <= 0;
  });
}

/** The newest deliveries and occasions of a browser's customer. @param browser the end of its endpoint */
async function lastDeliveries(client: Client, browser: string): Promise<string> {
  const { rows } = await client.query<{ said: string }>(
    `select concat_ws(' ', coalesce(c.journey, 'campaign ' || c.campaign_id), d.state, d.reason, d.status, 'attempts ' || d.attempts,
       to_char(coalesce(d.settled_at, d.next_at), 'DD HH24:MI'), o.occasion, o.state, o.reason) as said
     from couture.push_subscription s left join couture.push_delivery d using (subscription_id)
     left join couture.push_campaign c using (campaign_id) left join couture.push_occasion o using (occasion_id)
     where s.endpoint like '%/' || $1 order by coalesce(d.settled_at, d.next_at) desc nulls last limit 5`,
    [browser],
  );
  return rows.map(({ said }) => said).join(' | ');
}
