// Sends a campaign from the command line, with a bar, and says how it went.

import { exitCodes } from '../../runtime/core/errors.ts';
import { runCampaign } from '../../runtime/push/campaign-run.ts';
import { Delivery } from '../../runtime/push/delivery.ts';
import { originOfLinks } from '../../runtime/push/message.ts';
import { networkOf } from '../../runtime/push/push.ts';
import { requireKeys } from '../../runtime/push/vapid-keys.ts';
import { openClient, type Queryable } from '../../sql/pool.ts';
import { type Campaign, readCampaign } from '../../sql/store/push/campaigns.ts';
import { campaignCounts, campaignFailures, ordersAfterClicks } from '../../sql/store/push/reports.ts';
import type { CommandContext } from '../command.ts';
import { count, moment, percent } from '../terminal/figures.ts';

/** With --json, of one campaign. */
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

/** Runs it and prints the report. @returns the exit code */
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
          ? `${origin} takes messages again.`
          : `${origin} is paused until ${moment(new Date(until!))}: ${why}`,
      ),
  });
  const before = await campaignCounts(client, campaign.campaign_id);
  const done = before.accepted + before.gone + before.failed + before.skipped;
  const stage = terminal.progress.stage(`campaign ${campaign.campaign_id}`, campaign.people, 'messages');
  try {
    await runCampaign(campaign.campaign_id, {
      databaseUrl,
      delivery,
      signal,
      shopOrigin: originOfLinks(config),
      onProgress: (settled) => stage.update(done + settled),
      onConnection: (state) =>
        terminal.note(
          state === 'lost'
            ? 'Postgres was lost; connecting again.'
            : 'Postgres is back; the campaign goes on.',
        ),
    });
  } finally {
    delivery.close();
    stage.end();
  }
  // The connection from before the campaign may be gone by now.
  const after = await openClient(databaseUrl, { applicationName: 'couture push report' });
  context.release.defer('the connection', () => after.end());
  const report = await campaignReport(after, (await readCampaign(after, campaign.campaign_id))!);
  terminal.result(report);
  printReport(context, report);
  return exitOf(report);
}

/** 1 where the campaign stopped, where messages wait for a push service, and where not one arrived. */
function exitOf({ state, stopped_why, accepted, failed }: CampaignReport): number {
  if (state !== 'done' && state !== 'waiting') return exitCodes.failed;
  return stopped_why !== null || (failed > 0 && accepted === 0) ? exitCodes.failed : exitCodes.done;
}

const reasons: Readonly<Record<string, string>> = {
  refused_endpoint: 'endpoint refused',
  bad_keys: 'keys of the browser are none',
  unknown_key: 'made with a VAPID key that is gone',
  unauthorized: 'refused the shop',
  origin_stopped: 'not asked any more',
  too_large: 'too large',
  redirect: 'redirected',
  server_error: 'failed there',
  network: 'no connection',
  timeout: 'no answer',
  unexpected: 'unexpected answer',
  paused: 'asked to wait too often or too long',
  cap: 'has had its messages (--cap)',
  unsubscribed: 'unsubscribed meanwhile',
};

export function printReport({ terminal }: Pick<CommandContext, 'terminal'>, report: CampaignReport): void {
  const share = (part: number, of: number) => (of > 0 ? percent(part / of) : '');
  terminal.heading(`Campaign ${report.campaign}: ${report.title}`);
  terminal.table(
    [{ title: '' }, { title: 'messages', align: 'right' }, { title: 'share', align: 'right' }],
    [
      ['sent', count(report.sent), share(report.sent, report.people)],
      ['accepted by push services', count(report.accepted), share(report.accepted, report.sent)],
      ['gone: no such browser any more', count(report.gone), share(report.gone, report.sent)],
      ['failed', count(report.failed), share(report.failed, report.sent)],
      ['left out', count(report.skipped), share(report.skipped, report.people)],
      ['waiting for their time', count(report.waiting), share(report.waiting, report.people)],
      ['in doubt, sent again', count(report.doubtful), ''],
      ['clicked', count(report.clicked), share(report.clicked, report.accepted)],
      ['orders within a day after a click', count(report.orders), share(report.orders, report.clicked)],
    ],
  );
  if (report.failures.length > 0) {
    terminal.table(
      [
        { title: 'did not arrive' },
        { title: 'answer', align: 'right' },
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
      return `Done.${why} Clicks and orders come in: couture push status ${campaign}`;
    case 'waiting':
      return `${count(waiting)} wait for their time.${why} A serving runtime sends them then; or: couture push resume ${campaign}`;
    case 'scheduled':
      return `It is sent at its time by a serving runtime; or: couture push resume ${campaign}`;
    case 'cancelled':
      return 'Cancelled; nothing more is sent.';
    default:
      return `Stopped.${why} Nobody gets it twice if you go on: couture push resume ${campaign}`;
  }
}
