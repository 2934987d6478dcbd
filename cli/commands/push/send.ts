// `couture push send`: counts the audience, asks for confirmation, sends the campaign and prints the report.
import process from 'node:process';
import { createInterface } from 'node:readline/promises';
import { directionOf } from '../../../runtime/contract/direction.ts';
import { CoutureError } from '../../../runtime/core/errors.ts';
import { beaconOf } from '../../../runtime/push/beacon.ts';
import { messageFor } from '../../../runtime/push/campaign-arms.ts';
import { payloadOf, requireSize, safeBytes } from '../../../runtime/push/message.ts';
import { requireKeys } from '../../../runtime/push/vapid-keys.ts';
import { requireMigrated } from '../../../sql/migrate.ts';
import { openClient } from '../../../sql/pool.ts';
import { createCampaign } from '../../../sql/store/push/campaigns.ts';
import { pastCampaigns } from '../../../sql/store/push/history.ts';
import { type AudienceSize, audienceSize } from '../../../sql/store/push/segments.ts';
import { sunsetSteps } from '../../../sql/store/push/sunset.ts';
import { checkWatched } from '../../../sql/store/push/watched.ts';
import { type CommandContext, type CommandSpec, flag } from '../../command.ts';
import {
  type AskedCampaign,
  audienceFlags,
  messageFlags,
  readCampaignFlags,
  sendingFlags,
} from '../../push/campaign-flags.ts';
import { campaignReport, reasons, sendCampaign } from '../../push/campaign-report.ts';
import { checkCustomSegments, readCustomSegments } from '../../push/custom-segments.ts';
import { exampleMessages, printExamples } from '../../push/example-messages.ts';
import { type Forecast, forecastClicks } from '../../push/forecast.ts';
import { warnOfCategories } from '../../push/warn-categories.ts';
import { count, percent, several } from '../../terminal/figures.ts';
import { moment } from '../../terminal/times.ts';

/** Ask for confirmation above this number of subscriptions. */
const confirmAbove = 100;

/**
 * With --json: CampaignReport; with --dry-run `{dry_run, subscriptions, customers, capped, sunset, at_risk, forecast,
 * payload_bytes, origins}` and, for personal messages, `{examples, sampled}`. `forecast` is null without past campaigns.
 */
export const pushSend: CommandSpec = {
  usage: 'send',
  summary: 'send a push campaign to subscribed customers',
  settings: ['databaseUrl', 'home', 'pushSunset'],
  flags: [
    ...messageFlags,
    ...audienceFlags,
    ...sendingFlags,
    flag('--dry-run', 'show the audience without sending'),
    flag('--yes', `skip the confirmation for more than ${confirmAbove} browsers`),
  ],
  help: `Examples:
  couture push send --title "New coats" --body "For cold days" --url /category/Coats --all --dry-run
  couture push send --title "Your size is back" --body "Have a look" --url /watchlist --segment back-in-stock --topic stock
  couture push send --title "{{name|Hello}}, still looking?" --body "{{product.name}} for {{price}}" --all --dry-run
  couture push send --title "New coats" --title-b "Coats are here" --body "For cold days" --all --holdout 10%
  couture push send --title "Sunday sale" --body "20 % off" --all --at 2026-12-06T09:00 --quiet-hours 21-8 --cap 2/7d

--lang names the language of the texts. Screen readers pronounce them by it, browsers write them in its direction, and prices are
written as usual in it.

Titles and bodies may have placeholders: {{name}}, {{product.name}}, {{product.category}}, {{price}} and {{shop}}. The product
is the first one in stock of the person's list; its page and picture are the defaults of --url and --image. A person without
a value is skipped, unless the placeholder has a fallback: {{name|there}}. --dry-run shows ten real messages.

--holdout leaves out a share of the customers and --title-b or --body-b gives half of the others another text, both drawn by a
hash; "couture push report" compares what the groups buy and click.

Each message is recorded before it is sent. After a crash, "couture push resume" continues the campaign and repeats only
the messages that were in flight. Exit codes: 0 sent, 1 stopped or failed, 2 wrong use.`,
  run,
};

async function run(context: CommandContext, flags: Record<string, unknown>): Promise<number> {
  const { config, terminal, release } = context;
  const custom = readCustomSegments(config.segments);
  const asked = readCampaignFlags(flags, { sunset: config.pushSunset, custom });
  requireKeys(config);
  const plainBytes = payloadBytes(asked, config.publicUrl);
  const client = await openClient(await context.database(), { applicationName: 'couture push send' });
  release.defer('the connection', () => client.end());
  await requireMigrated(client);
  if (!('all' in asked.audience || 'user' in asked.audience)) await checkWatched(client);
  await checkCustomSegments(client, asked.audience, custom);
  await warnOfCategories(terminal, client, asked.audience);
  const size = await audienceSize(client, asked.audience, asked.topic, asked.settings);
  const isAsking = size.subscriptions > confirmAbove && flags.yes !== true;
  const isShown = flags.dryRun === true || isAsking;
  const examples = isShown ? await exampleMessages(context, client, asked) : undefined;
  const forecast = isShown
    ? forecastClicks(
        Math.round(receivers(size) * (1 - (asked.settings.holdout ?? 0))),
        await pastCampaigns(client, asked.topic),
      )
    : undefined;
  const bytes = examples?.payload_bytes ?? plainBytes;
  if (flags.dryRun === true) {
    terminal.result({
      dry_run: true,
      ...size,
      forecast: forecast ?? null,
      payload_bytes: bytes,
      ...examples,
    });
    printAudience(context, asked, size, bytes);
    printForecast(context, size, forecast);
    if (examples) printExamples(context, examples, reasons);
    terminal.print('Dry run: nothing was sent.');
    return 0;
  }
  if (size.subscriptions === 0) {
    throw new CoutureError(
      'push_refused',
      `No one in this audience is subscribed to the topic ${asked.topic}`,
      'Run "couture push segments" to list segments with their sizes.',
    );
  }
  if (isAsking) {
    printAudience(context, asked, size, bytes);
    printForecast(context, size, forecast);
    if (examples) printExamples(context, examples, reasons);
    await confirm(context, size.subscriptions);
  }
  const campaign = await createCampaign(client, { ...asked, people: size.subscriptions });
  if (asked.startsAt) {
    terminal.result(await campaignReport(client, campaign));
    terminal.print(
      `Campaign ${campaign.campaign_id} is scheduled for ${moment(asked.startsAt)}. A running "couture serve" will send it.`,
    );
    terminal.print(`To cancel it: couture push cancel ${campaign.campaign_id}`);
    return 0;
  }
  terminal.note(
    `Campaign ${campaign.campaign_id}. Press Ctrl-C to stop it; "couture push resume ${campaign.campaign_id}" continues it.`,
  );
  return sendCampaign(context, client, campaign);
}

/** Size of the largest possible payload in bytes, with subscription ids of maximum length. */
function payloadBytes({ message }: AskedCampaign, origin: string | undefined): number {
  const beacon = beaconOf(999_999_999, '999999999999', Buffer.alloc(32));
  const sizes = (['a', 'b'] as const).map((arm) =>
    requireSize(
      payloadOf(
        { ...messageFor(message, arm), tag: 'c999999999' },
        { ...(origin ? { origin } : {}), beacon, lang: message.lang },
      ),
    ),
  );
  return Math.max(...sizes);
}

const directionWords = { ltr: 'from left to right', rtl: 'from right to left' };

function printAudience(
  { terminal }: CommandContext,
  { message, topic, settings, startsAt }: AskedCampaign,
  size: AudienceSize,
  bytes: number,
): void {
  terminal.heading('Message');
  terminal.print(`  ${message.title}`);
  terminal.print(`  ${message.body}`);
  terminal.print(`  → ${message.url}`);
  if (message.lang)
    terminal.print(`  in ${message.lang}, written ${directionWords[directionOf(message.lang)]}`);
  if (message.b) terminal.print(`  half of the people: ${message.b.title} / ${message.b.body}`);
  terminal.print(
    `  ${count(bytes)} of 3,993 bytes${bytes > safeBytes ? '; some push services drop messages above 2,744' : ''}`,
  );
  terminal.heading('Audience');
  terminal.print(
    `${several(size.subscriptions, 'browser')} of ${several(size.customers, 'customer')} subscribed to ${topic}.`,
  );
  if (size.capped > 0) terminal.print(`${count(size.capped)} of them have reached the cap and are skipped.`);
  if (size.sunset > 0)
    terminal.print(
      `${count(size.sunset)} of them are skipped because they neither visited nor clicked after many messages (--no-push-sunset sends to them, too).`,
    );
  if (size.origins.length > 0) {
    terminal.table(
      [{ title: 'push service' }, { title: 'browsers', align: 'right' }],
      size.origins.map(({ origin, subscriptions }) => [new URL(origin).host, count(subscriptions)]),
    );
  }
  const { quiet, rate, holdout = 0 } = settings;
  const when = startsAt ? `at ${moment(startsAt)}` : 'immediately';
  const notes = [
    when,
    quiet && `not between ${quiet.from}:00 and ${quiet.to}:00 local time`,
    rate && `at most ${count(rate)} per second`,
    holdout > 0 && `except to ${percent(holdout)} of the customers, who are held out`,
  ];
  terminal.print(`Sent ${notes.filter(Boolean).join(', ')}.`);
}

/** Browsers that would get the message. */
function receivers({ subscriptions, capped, sunset }: AudienceSize): number {
  return subscriptions - capped - sunset;
}

function printForecast(
  { terminal }: CommandContext,
  size: AudienceSize,
  forecast: Forecast | undefined,
): void {
  const got = receivers(size);
  if (got === 0) return;
  terminal.heading('Forecast');
  terminal.print(
    forecast
      ? `${count(forecast.clicks)} clicks (${count(forecast.low)} to ${count(forecast.high)} in 9 of 10 campaigns), by the ${count(forecast.campaigns)} campaigns of the last 180 days, which ${percent(forecast.rate)} clicked.`
      : 'No clicks can be forecast yet: that takes three campaigns of the last 180 days, each at least a day old.',
  );
  terminal.print(
    size.at_risk > 0
      ? `${count(size.at_risk)} of ${count(got)} receivers (${percent(size.at_risk / got)}) neither visited nor clicked after the last ${sunsetSteps[0].after - 1} messages or more: one more puts their permission at risk.`
      : 'No permission is put at risk: every receiver has reacted, has had few messages or has installed the shop.',
  );
}

async function confirm({ signal }: CommandContext, people: number): Promise<void> {
  const refusal = (how: string) =>
    new CoutureError(
      'push_refused',
      `Nothing was sent: ${how}`,
      `Use --yes to send to ${count(people)} browsers without confirmation.`,
    );
  if (!process.stdin.isTTY) throw refusal('confirmation needs a terminal');
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await lines.question(`Send to ${count(people)} browsers? Type the number to confirm: `, {
      signal,
    });
    if (answer.replaceAll(/[\s,.]/g, '') !== String(people))
      throw refusal(`${JSON.stringify(answer)} does not match`);
  } finally {
    lines.close();
  }
}
