// The flags of `couture push send` → a campaign: checked here, once.

import { CoutureError } from '../../runtime/core/errors.ts';
import { urgencies } from '../../runtime/push/delivery.ts';
import { pushMessage } from '../../runtime/push/message.ts';
import type { QuietHours } from '../../runtime/push/quiet-hours.ts';
import type { CampaignMessage, CampaignSettings } from '../../sql/store/push/campaigns.ts';
import { type Audience, type Cap, segments } from '../../sql/store/push/segments.ts';
import { type PushTopic, pushTopics } from '../../sql/store/push/subscriptions.ts';
import { flag } from '../command.ts';

export const messageFlags = [
  flag('--title <words>', 'what it says first').makeOptionMandatory(),
  flag('--body <words>', 'what it says then').makeOptionMandatory(),
  flag('--url <path>', 'the shop’s page that a click leads to').default('/'),
  flag('--icon <path>', 'a picture of the shop, such as /icons/any-192.png'),
];

export const audienceFlags = [
  flag('--all', 'everybody who takes messages of the topic'),
  flag('--user <id>', 'one customer'),
  flag('--segment <name>', 'customers of a segment, such as bought:Dresses; see "couture push segments"'),
  flag('--topic <topic>', `what they have asked to hear of: ${pushTopics.join(', ')}`).default('news'),
];

export const sendingFlags = [
  flag(
    '--ttl <span>',
    'how long a push service keeps it for browsers that are away: 90s, 30m, 24h, 7d',
  ).default('24h'),
  flag('--urgency <word>', `what a phone may be woken for: ${urgencies.join(', ')}`).default('normal'),
  flag('--rate <n>', 'messages a second at most'),
  flag('--concurrency <n>', 'messages under way at once').default('100'),
  flag('--at <time>', 'not before: 2026-12-01T18:00, in this machine’s time zone, or with an offset'),
  flag('--quiet-hours <hours>', 'nothing in these hours, in each subscriber’s time zone: 21-8'),
  flag('--cap <n/days>', 'leave out who has had so many messages: 2/7d'),
];

export interface AskedCampaign {
  readonly message: CampaignMessage;
  readonly audience: Audience;
  readonly topic: PushTopic;
  readonly settings: CampaignSettings;
  readonly startsAt: Date | null;
}

/** @throws CoutureError `bad_option` */
export function readCampaignFlags(flags: Record<string, unknown>, now = new Date()): AskedCampaign {
  return {
    message: messageOf(flags),
    audience: audienceOf(flags),
    topic: oneOf('--topic', flags.topic, pushTopics),
    startsAt: timeOf(flags.at, now),
    settings: {
      ttl: spanOf(flags.ttl),
      urgency: oneOf('--urgency', flags.urgency, urgencies),
      rate: flags.rate === undefined ? null : numberOf('--rate', flags.rate, 1, 100_000),
      concurrency: numberOf('--concurrency', flags.concurrency, 1, 1_000),
      quiet: quietOf(flags.quietHours),
      cap: capOf(flags.cap),
    },
  };
}

export function messageOf({ title, body, url, icon }: Record<string, unknown>): CampaignMessage {
  const parsed = pushMessage.safeParse({ title, body, url, ...(icon === undefined ? {} : { icon }) });
  if (parsed.success)
    return { title: parsed.data.title, body: parsed.data.body, url: parsed.data.url, icon: parsed.data.icon };
  const [issue] = parsed.error.issues;
  throw wrong(
    `--${String(issue!.path[0])}`,
    { title, body, url, icon }[String(issue!.path[0])],
    issue!.message,
  );
}

function audienceOf({ all, user, segment }: Record<string, unknown>): Audience {
  const given = [all === true, user !== undefined, segment !== undefined].filter(Boolean).length;
  if (given !== 1) {
    throw new CoutureError(
      'bad_option',
      given === 0 ? 'The message is for nobody' : 'The message is for more than one audience',
      'Say one of --all, --user <id> and --segment <name>.',
    );
  }
  if (user !== undefined) return { user: String(user) };
  return segment === undefined ? { all: true } : segmentOf(String(segment));
}

function segmentOf(text: string): Audience {
  const [, name = '', argument] = /^([^:]*)(?::(.*))?$/s.exec(text)!;
  const segment = segments[name];
  if (!segment) throw wrong('--segment', text, `expected one of ${Object.keys(segments).join(', ')}`);
  if (!segment.argument) {
    if (argument !== undefined) throw wrong('--segment', text, `${name} takes nothing behind a colon`);
    return { segment: name, argument: null };
  }
  const value = argument || segment.argument.default;
  if (value === undefined) throw wrong('--segment', text, `expected ${name}:<${segment.argument.name}>`);
  if (segment.argument.kind === 'number' && !(/^\d{1,5}$/.test(value) && Number(value) > 0))
    throw wrong(
      '--segment',
      text,
      `expected a number of ${segment.argument.name}, such as ${name}:${segment.argument.default}`,
    );
  return { segment: name, argument: value };
}

/** 90s, 30m, 24h, 7d → seconds; above none and at most 28 days, which push services take. */
function spanOf(value: unknown): number {
  const [, number, unit] = /^(\d{1,7})(s|m|h|d)$/.exec(String(value)) ?? [];
  const seconds = Number(number) * { s: 1, m: 60, h: 3_600, d: 86_400 }[unit as 's']!;
  if (seconds >= 1 && seconds <= 2_419_200) return seconds;
  throw wrong('--ttl', value, 'expected a span from 1s to 28d');
}

function timeOf(value: unknown, now: Date): Date | null {
  if (value === undefined) return null;
  const time = new Date(String(value));
  if (Number.isNaN(time.getTime())) throw wrong('--at', value, 'expected a time such as 2026-12-01T18:00');
  if (time < now) throw wrong('--at', value, 'expected a time to come');
  return time;
}

function quietOf(value: unknown): QuietHours | null {
  if (value === undefined) return null;
  const [, from, to] = /^(\d{1,2})-(\d{1,2})$/.exec(String(value)) ?? [];
  const quiet = { from: Number(from), to: Number(to) };
  if (quiet.from <= 23 && quiet.to <= 23 && quiet.from !== quiet.to) return quiet;
  throw wrong('--quiet-hours', value, 'expected two hours of the day such as 21-8');
}

function capOf(value: unknown): Cap | null {
  if (value === undefined) return null;
  const [, messages, days] = /^(\d{1,3})\/(\d{1,3})d$/.exec(String(value)) ?? [];
  const cap = { messages: Number(messages), days: Number(days) };
  if (cap.messages >= 1 && cap.days >= 1) return cap;
  throw wrong('--cap', value, 'expected messages in days such as 2/7d');
}

function oneOf<const W extends string>(name: string, value: unknown, words: readonly W[]): W {
  const word = words.find((each) => each === value);
  if (word) return word;
  throw wrong(name, value, `expected one of ${words.join(', ')}`);
}

export function numberOf(name: string, value: unknown, least: number, most: number): number {
  const number = /^\d{1,9}$/.test(String(value)) ? Number(value) : Number.NaN;
  if (number >= least && number <= most) return number;
  throw wrong(name, value, `expected a whole number from ${least} to ${most}`);
}

function wrong(name: string, value: unknown, expected: string): CoutureError {
  return new CoutureError('bad_option', `${name} is ${JSON.stringify(value)}: ${expected}`);
}
