// Sends a campaign from the command line with a progress bar, and prints its report.

import { CoutureError, exitCodes } from '../../runtime/core/errors.ts';
import { runCampaign } from '../../runtime/push/campaign-run.ts';
import { hasPlaceholders, personalComposer } from '../../runtime/push/content/personal-composer.ts';
import { Delivery } from '../../runtime/push/delivery.ts';
import { originOfLinks } from '../../runtime/push/message.ts';
import { networkOf } from '../../runtime/push/push.ts';
import { requireKeys } from '../../runtime/push/vapid-keys.ts';
import { connectionLost, isConnectionLost } from '../../sql/errors.ts';
import { openClient, type Queryable } from '../../sql/pool.ts';
import { type Campaign, readCampaign } from '../../sql/store/push/campaigns.ts';
import { campaignCounts, campaignFailures, ordersAfterClicks } from '../../sql/store/push/reports.ts';
import type { CommandContext } from '../command.ts';
import { count, percent } from '../terminal/figures.ts';
import { moment } from '../terminal/times.ts';
import { boundHeap } from './bound-heap.ts';
import { personalSettings } from './personal-settings.ts';

/** The report of one campaign, as --json prints it. */
export async function campaignReport(client: Queryable, campaign: Campaign) {
  const counts = await campaignCounts(client, campaign.campaign_id);
  const failures = await campaignFailures(client, campaign.campaign_id);
  return {
    campaign: campaign.campaign_id,
    state: campaign.state,
    title: campaign.message.title,
    audience: campaign.audience,
    topic: campaign.topic,
    people: campaign.people,
    sent: counts.accepted + counts.gone + counts.failed,
    ...counts,
    orders: await ordersAfterClicks(client, campaign.campaign_id),
    doubtful: campaign.doubtful,
    failures,
    starts_at: campaign.starts_at,
    started_at: campaign.started_at,
    finished_at: campaign.finished_at,
    stopped_why: campaign.stopped_why,
  };
}
export type CampaignReport = Awaited<ReturnType<typeof campaignReport>>;

/** Sends a campaign and prints its report. @returns the exit code */
export async function sendCampaign(
  context: CommandContext,
  client: Queryable,
  campaign: Campaign,
): Promise<number> {
  const { config, terminal, signal } = context;
  const databaseUrl = await context.database();
  const keys = requireKeys(config);
  const network = networkOf(config);
  const delivery = new Delivery({
    keys,
    network,
    concurrency: campaign.settings.concurrency,
    signal,
    onOrigin: ({ origin, state, why, until }) =>
      terminal.note(
        state === 'resumed'
          ? `${origin} accepts messages again.`
          : `${origin} is paused until ${moment(new Date(until!))}: ${why}`,
      ),
  });
  const composer = hasPlaceholders(campaign.message)
    ? personalComposer(await personalSettings(context))
    : undefined;
  const before = await campaignCounts(client, campaign.campaign_id);
  const done = before.accepted + before.gone + before.failed + before.skipped + before.held_out;
  const checkHeap = boundHeap();
  const stage = terminal.progress.stage(`campaign ${campaign.campaign_id}`, campaign.people, 'messages');
  try {
    await runCampaign(campaign.campaign_id, {
      databaseUrl,
      delivery,
      signal,
      shopOrigin: originOfLinks(config),
      composer,
      onProgress: (settled) => {
        checkHeap();
        stage.update(done + settled);
      },
      onConnection: (state) =>
        terminal.note(
          state === 'lost'
            ? 'Lost the connection to Postgres; reconnecting.'
            : 'Reconnected to Postgres; resuming the campaign.',
        ),
    });
  } finally {
    delivery.close();
    stage.end();
  }
  const report = await reportAfterwards(context, campaign.campaign_id);
  terminal.result(report);
  printReport(context, report);
  return exitOf(report);
}

/** @throws CoutureError `postgres_lost`, with what to run instead of the same command, which would send a second campaign */
async function reportAfterwards(context: CommandContext, id: number): Promise<CampaignReport> {
  try {
    // The first connection may have been lost during the campaign.
    const client = await openClient(await context.database(), { applicationName: 'couture push report' });
    context.release.defer('the connection', () => client.end());
    return await campaignReport(client, (await readCampaign(client, id))!);
  } catch (error) {
    if (!isConnectionLost(error)) throw error;
    throw new CoutureError(
      'postgres_lost',
      connectionLost(error).message,
      `The campaign has ended, only its report is missing: couture push status ${id}`,
      { cause: error },
    );
  }
}

/** Exit code 1 if the campaign stopped, if messages wait for a push service, or if none was delivered. */
function exitOf({ state, stopped_why, accepted, failed }: CampaignReport): number {
  if (state !== 'done' && state !== 'waiting') return exitCodes.failed;
  return stopped_why !== null || (failed > 0 && accepted === 0) ? exitCodes.failed : exitCodes.done;
}

/** Reason of a message that was not sent → words. */
export const reasons: Readonly<Record<string, string>> = {
  refused_endpoint: 'endpoint refused',
  bad_keys: 'invalid browser keys',
  unknown_key: 'subscribed with a dropped VAPID key',
  unauthorized: 'VAPID key rejected',
  origin_stopped: 'push service stopped',
  too_large: 'too large',
  redirect: 'redirected',
  server_error: 'push service error',
  network: 'no connection',
  timeout: 'timed out',
  unexpected: 'unexpected response',
  paused: 'throttled for too long',
  cap: 'cap reached (--cap)',
  sunset: 'neither visited nor clicked after many messages',
  unsubscribed: 'unsubscribed before delivery',
  bought: 'bought by then',
  sold_out: 'sold out by then',
  price: 'price changed by then',
  expired: 'too late',
  bag: 'not in the bag any more',
  no_name: 'no name, and no fallback',
  no_entry: 'no product in stock to name, and no fallback',
};

export function printReport({ terminal }: Pick<CommandContext, 'terminal'>, report: CampaignReport): void {
  const share = (part: number, of: number) => (of > 0 ? percent(part / of) : '');
  terminal.heading(`Campaign ${report.campaign}: ${report.title}`);
  terminal.table(
    [{ title: '' }, { title: 'messages', align: 'right' }, { title: 'share', align: 'right' }],
    [
      ['sent', count(report.sent), share(report.sent, report.people)],
      ['accepted by push services', count(report.accepted), share(report.accepted, report.sent)],
      ['expired subscriptions', count(report.gone), share(report.gone, report.sent)],
      ['failed', count(report.failed), share(report.failed, report.sent)],
      ['with a fallback in its text', count(report.fallbacks), share(report.fallbacks, report.accepted)],
      ...(report.held_out > 0
        ? [['held out', count(report.held_out), share(report.held_out, report.people)]]
        : []),
      ['skipped', count(report.skipped), share(report.skipped, report.people)],
      ['waiting', count(report.waiting), share(report.waiting, report.people)],
      ['in doubt (sent again)', count(report.doubtful), ''],
      ['shown, as far as browsers tell', count(report.shown), share(report.shown, report.accepted)],
      ['clicked', count(report.clicked), share(report.clicked, report.accepted)],
      ['orders within a day of a click', count(report.orders), share(report.orders, report.clicked)],
    ],
  );
  if (report.failures.length > 0) {
    terminal.table(
      [
        { title: 'not delivered' },
        { title: 'HTTP status', align: 'right' },
        { title: 'push service' },
        { title: 'messages', align: 'right' },
      ],
      report.failures.map(({ state, reason, status, origin, messages }) => [
        reason ? (reasons[reason] ?? reason) : state,
        status ?? '',
        new URL(origin).host,
        count(messages),
      ]),
    );
  }
  terminal.print(nextStep(report));
}

function nextStep({ state, campaign, waiting, stopped_why }: CampaignReport): string {
  const why = stopped_why ? ` ${stopped_why}` : '';
  switch (state) {
    case 'done':
      return `Done.${why} To follow clicks and orders: couture push status ${campaign}; what it earned: couture push report ${campaign}`;
    case 'waiting':
      return `${count(waiting)} messages are waiting.${why} A running "couture serve" sends them when they are due; or: couture push resume ${campaign}`;
    case 'scheduled':
      return `A running "couture serve" sends it at its start time; to send it now: couture push resume ${campaign}`;
    case 'cancelled':
      return 'Cancelled; nothing more is sent.';
    default:
      return `Stopped.${why} To continue without duplicates: couture push resume ${campaign}`;
  }
}
