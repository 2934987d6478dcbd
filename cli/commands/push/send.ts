// `couture push send`: a message to everybody who should have it: counted first, confirmed, sent, reported.
import process from 'node:process';
import { createInterface } from 'node:readline/promises';
import { CoutureError } from '../../../runtime/core/errors.ts';
import { beaconOf } from '../../../runtime/push/beacon.ts';
import { payloadOf, requireSize, safeBytes } from '../../../runtime/push/message.ts';
import { requireKeys } from '../../../runtime/push/vapid-keys.ts';
import { requireMigrated } from '../../../sql/migrate.ts';
import { openClient } from '../../../sql/pool.ts';
import { createCampaign } from '../../../sql/store/push/campaigns.ts';
import { type AudienceSize, audienceSize } from '../../../sql/store/push/segments.ts';
import { lookAtWatched } from '../../../sql/store/push/watched.ts';
import { type CommandContext, type CommandSpec, flag } from '../../command.ts';
import {
  type AskedCampaign,
  audienceFlags,
  messageFlags,
  readCampaignFlags,
  sendingFlags,
} from '../../push/campaign-flags.ts';
import { campaignReport, sendCampaign } from '../../push/campaign-report.ts';
import { count, moment } from '../../terminal/figures.ts';

/** Subscriptions above which it is asked whether it is meant. */
const askAbove = 100;

/** With --json: CampaignReport; with --dry-run `{dry_run, subscriptions, customers, capped, payload_bytes, origins}`. */
export const pushSend: CommandSpec = {
  usage: 'send',
  summary: 'send a push message to customers',
  settings: ['databaseUrl', 'home'],
  flags: [
    ...messageFlags,
    ...audienceFlags,
    ...sendingFlags,
    flag('--dry-run', 'say who would get it, send nothing'),
    flag('--yes', `do not ask before sending to more than ${askAbove}`),
  ],
  help: `Examples:
  couture push send --title "New coats" --body "For cold days" --url /category/Coats --all --dry-run
  couture push send --title "Your size is back" --body "Have a look" --url /watchlist --segment back-in-stock --topic stock
  couture push send --title "Sunday sale" --body "20 % off" --all --at 2026-12-06T09:00 --quiet-hours 21-8 --cap 2/7d

Each message is written down before it is sent: after a crash, "couture push resume" goes on, and nobody gets it twice
but those whose message was under way at that moment. Exit codes: 0 sent, 1 stopped or failed, 2 wrong use.`,
  run,
};

async function run(context: CommandContext, flags: Record<string, unknown>): Promise<number> {
  const { config, terminal, release } = context;
  const asked = readCampaignFlags(flags);
  requireKeys(config);
  const bytes = payloadBytes(asked, config.publicUrl);
  const client = await openClient(await context.database(), { applicationName: 'couture push send' });
  release.defer('the connection', () => client.end());
  await requireMigrated(client);
  if ('segment' in asked.audience) await lookAtWatched(client);
  const size = await audienceSize(client, asked.audience, asked.topic, asked.settings.cap);
  if (flags.dryRun === true) {
    terminal.result({ dry_run: true, ...size, payload_bytes: bytes });
    printAudience(context, asked, size, bytes);
    terminal.print('Nothing was sent. Without --dry-run it is.');
    return 0;
  }
  if (size.subscriptions === 0) {
    throw new CoutureError(
      'push_refused',
      `Nobody of this audience takes messages of the topic ${asked.topic}`,
      'See "couture push segments" for who there is.',
    );
  }
  if (size.subscriptions > askAbove && flags.yes !== true) {
    printAudience(context, asked, size, bytes);
    await confirm(context, size.subscriptions);
  }
  const campaign = await createCampaign(client, { ...asked, people: size.subscriptions });
  if (asked.startsAt) {
    terminal.result(await campaignReport(client, campaign));
    terminal.print(
      `Campaign ${campaign.campaign_id} is sent at ${moment(asked.startsAt)} by a serving runtime ("couture serve").`,
    );
    terminal.print(`To call it off: couture push cancel ${campaign.campaign_id}`);
    return 0;
  }
  terminal.note(
    `Campaign ${campaign.campaign_id}. Ctrl-C stops it; couture push resume ${campaign.campaign_id} goes on.`,
  );
  return sendCampaign(context, client, campaign);
}

/** Bytes of the longest payload: ids of subscriptions are of the longest there are. */
function payloadBytes({ message }: AskedCampaign, origin: string | undefined): number {
  const beacon = beaconOf(999_999_999, '999999999999', Buffer.alloc(32));
  return requireSize(payloadOf({ ...message, tag: 'c999999999' }, { ...(origin ? { origin } : {}), beacon }));
}

function printAudience(
  { terminal }: CommandContext,
  { message, topic, settings, startsAt }: AskedCampaign,
  size: AudienceSize,
  bytes: number,
): void {
  terminal.heading('The message');
  terminal.print(`  ${message.title}`);
  terminal.print(`  ${message.body}`);
  terminal.print(`  → ${message.url}`);
  terminal.print(
    `  ${count(bytes)} bytes of 3,993${bytes > safeBytes ? '; some push services drop more than 2,744' : ''}`,
  );
  terminal.heading('Who gets it');
  const capped =
    size.capped > 0 ? `; ${count(size.capped)} of them have had their messages and are left out` : '';
  terminal.print(
    `${count(size.subscriptions)} browsers of ${count(size.customers)} customers who want to hear of ${topic}${capped}`,
  );
  if (size.origins.length > 0) {
    terminal.table(
      [{ title: 'push service' }, { title: 'browsers', align: 'right' }],
      size.origins.map(({ origin, subscriptions }) => [new URL(origin).host, count(subscriptions)]),
    );
  }
  const { quiet, rate } = settings;
  const when = startsAt ? `at ${moment(startsAt)}` : 'at once';
  const notes = [
    when,
    quiet && `not from ${quiet.from} to ${quiet.to} o’clock where they are`,
    rate && `${count(rate)} a second`,
  ];
  terminal.print(`Sent ${notes.filter(Boolean).join(', ')}.`);
}

async function confirm({ signal }: CommandContext, people: number): Promise<void> {
  const refusal = (how: string) =>
    new CoutureError(
      'push_refused',
      `Nothing was sent: ${how}`,
      `To send it to ${count(people)} browsers without being asked, say --yes.`,
    );
  if (!process.stdin.isTTY) throw refusal('there is nobody to ask');
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await lines.question(`Send it to ${count(people)} browsers? Type the number to go on: `, {
      signal,
    });
    if (answer.replaceAll(/[\s,.]/g, '') !== String(people))
      throw refusal(`${JSON.stringify(answer)} is another number`);
  } finally {
    lines.close();
  }
}
