// Flags of `couture push send` → a validated campaign.

import { z } from 'zod';
import { CoutureError } from '../../runtime/core/errors.ts';
import { parseMessage, productPage, productPicture } from '../../runtime/push/content/personal-message.ts';
import { urgencies } from '../../runtime/push/delivery.ts';
import { maxActions, type PushAction, pushMessage, shopPath } from '../../runtime/push/message.ts';
import type { QuietHours } from '../../runtime/push/quiet-hours.ts';
import type { CampaignMessage, CampaignSettings } from '../../sql/store/push/campaigns.ts';
import type { Audience, Cap } from '../../sql/store/push/segments.ts';
import { type PushTopic, pushTopics } from '../../sql/store/push/subscriptions.ts';
import { flag } from '../command.ts';
import { type CustomQueries, parseSegments } from './segment-expression.ts';

/** Nobody who wants reminders of their bag has asked for campaigns. */
const campaignTopics = pushTopics.filter((topic) => topic !== 'bag');

export const messageFlags = [
  flag(
    '--title <text>',
    'notification title; may have placeholders such as {{name|there}}',
  ).makeOptionMandatory(),
  flag('--body <text>', 'notification body; may have placeholders').makeOptionMandatory(),
  flag(
    '--url <path>',
    'page of the shop that a click opens; default: the page of the product that the texts name, else /',
  ),
  flag('--title-b <text>', 'another title, which half of the people get, to compare the two'),
  flag('--body-b <text>', 'another body, which half of the people get'),
  flag(
    '--lang <tag>',
    'language of the texts, such as de or pt-BR, for screen readers and the direction of writing',
  ),
  flag('--icon <path>', 'icon of the notification, such as /icons/any-192.png'),
  flag('--image <path>', 'large picture; default: that of the product that the texts name'),
  flag(
    '--action <buttons...>',
    `up to ${maxActions} buttons with the page that each opens, such as "View coats=/category/Coats", where browsers show them`,
  ),
  flag('--badge <n>', 'number on the icon of the installed shop; 0 removes it'),
];

export const audienceFlags = [
  flag('--all', 'send to everyone subscribed to the topic'),
  flag('--user <id>', 'send to one customer'),
  flag(
    '--segment <name>',
    'send to segments, such as "bought:Dresses and not inactive:90"; see "couture push segments"',
  ),
  flag('--topic <topic>', `topic that subscribers opted in to: ${campaignTopics.join(', ')}`).default('news'),
];

export const sendingFlags = [
  flag(
    '--ttl <span>',
    'how long push services keep the message for offline browsers: 90s, 30m, 24h, 7d',
  ).default('24h'),
  flag('--urgency <level>', `urgency for battery-saving devices: ${urgencies.join(', ')}`).default('normal'),
  flag('--rate <n>', 'maximum messages per second'),
  flag('--concurrency <n>', 'maximum messages in flight').default('100'),
  flag('--at <time>', 'start time, such as 2026-12-01T18:00 (this machine’s time zone) or with an offset'),
  flag('--quiet-hours <hours>', 'send nothing during these hours of each subscriber’s day: 21-8'),
  flag('--cap <n/days>', 'skip subscribers who already received this many messages: 2/7d'),
  flag('--holdout <share>', 'share of customers who get no message, to compare with: 10% or 0.1'),
];

export interface AskedCampaign {
  readonly message: CampaignMessage;
  readonly audience: Audience;
  readonly topic: PushTopic;
  readonly settings: CampaignSettings;
  readonly startsAt: Date | null;
}

/**
 * @param sunset whether the shop spares subscribers who don't react; messages about orders and to one customer go to all
 * @throws CoutureError `bad_option`
 */
export function readCampaignFlags(
  flags: Record<string, unknown>,
  {
    sunset,
    now = new Date(),
    custom,
  }: { readonly sunset: boolean; readonly now?: Date; readonly custom?: CustomQueries },
): AskedCampaign {
  const audience = audienceOf(flags, custom);
  const topic = oneOf('--topic', flags.topic, campaignTopics);
  return {
    message: messageOf(flags),
    audience,
    topic,
    startsAt: timeOf(flags.at, now),
    settings: {
      ttl: spanOf(flags.ttl),
      urgency: oneOf('--urgency', flags.urgency, urgencies),
      rate: flags.rate === undefined ? null : numberOf('--rate', flags.rate, 1, 100_000),
      concurrency: numberOf('--concurrency', flags.concurrency, 1, 1_000),
      quiet: quietOf(flags.quietHours),
      cap: capOf(flags.cap),
      ...(flags.holdout === undefined ? {} : { holdout: shareOf(flags.holdout) }),
      sunset: sunset && topic !== 'orders' && !('user' in audience),
    },
  };
}

function messageOf(flags: Record<string, unknown>): CampaignMessage {
  const { lang } = flags;
  return { ...textsOf(flags), ...(lang === undefined ? {} : { lang: languageTag(lang) }) };
}

function textsOf(flags: Record<string, unknown>): CampaignMessage {
  const { title, body, titleB, bodyB } = flags;
  if (titleB === undefined && bodyB === undefined) return oneMessage(flags);
  const other = { title: titleB ?? title, body: bodyB ?? body };
  const ofProduct = namesProduct({ title, body }) || namesProduct(other);
  const message = oneMessage(flags, ofProduct);
  const b = oneMessage({ ...flags, ...other }, ofProduct);
  return { ...message, b: { title: b.title, body: b.body } };
}

function oneMessage(
  { title, body, url, icon, image, action, badge }: Record<string, unknown>,
  ofProduct = namesProduct({ title, body }),
): CampaignMessage {
  const given = {
    title,
    body,
    url: url ?? (ofProduct ? productPage : '/'),
    ...(icon === undefined ? {} : { icon }),
    ...(image === undefined && !ofProduct ? {} : { image: image ?? productPicture }),
    ...(action === undefined ? {} : { actions: actionsOf(action as readonly string[]) }),
    ...(badge === undefined ? {} : { badge: numberOf('--badge', badge, 0, 9_999) }),
  };
  const parsed = messageFlagsSchema.safeParse(given);
  if (parsed.success) {
    parseMessage(parsed.data);
    return parsed.data;
  }
  const [issue] = parsed.error.issues;
  const name = String(issue!.path[0]) as keyof typeof given;
  if (name === 'actions') throw wrong('--action', action, issue!.message);
  throw wrong(`--${name}`, given[name], issue!.message);
}

/** `Title=/path` each. @throws CoutureError `bad_option` */
function actionsOf(given: readonly string[]): PushAction[] {
  return given.map((each) => {
    const at = each.lastIndexOf('=/');
    if (at < 1)
      throw wrong('--action', each, 'expected a title and a path, such as "View coats=/category/Coats"');
    return { title: each.slice(0, at), url: each.slice(at + 1) };
  });
}

/** Words of `shopPath`, which a union would hide. */
const pathWords = 'expected a path in the shop, such as /category/Dresses';

const messageFlagsSchema = pushMessage
  .pick({ title: true, body: true, icon: true, actions: true, badge: true })
  .extend({
    url: z.union([z.literal(productPage), shopPath], { error: pathWords }),
    image: z.union([z.literal(productPicture), shopPath], { error: pathWords }).optional(),
  });

/** @throws CoutureError `bad_option` for an unknown placeholder */
function namesProduct({ title, body }: { title: unknown; body: unknown }): boolean {
  return parseMessage({ title: String(title), body: String(body), url: '/' }).wanted.product;
}

function audienceOf({ all, user, segment }: Record<string, unknown>, custom?: CustomQueries): Audience {
  const given = [all === true, user !== undefined, segment !== undefined].filter(Boolean).length;
  if (given !== 1) {
    throw new CoutureError(
      'bad_option',
      given === 0 ? 'No audience is given' : 'More than one audience is given',
      'Use exactly one of --all, --user <id> and --segment <name>.',
    );
  }
  if (user !== undefined) return { user: String(user) };
  return segment === undefined ? { all: true } : parseSegments(String(segment), custom);
}

/** 90s, 30m, 24h, 7d → seconds: from 1 second to 28 days, the maximum that push services accept. */
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
  if (time < now) throw wrong('--at', value, 'expected a time in the future');
  return time;
}

function quietOf(value: unknown): QuietHours | null {
  if (value === undefined) return null;
  const [, from, to] = /^(\d{1,2})-(\d{1,2})$/.exec(String(value)) ?? [];
  const quiet = { from: Number(from), to: Number(to) };
  if (quiet.from <= 23 && quiet.to <= 23 && quiet.from !== quiet.to) return quiet;
  throw wrong('--quiet-hours', value, 'expected two different hours of the day, such as 21-8');
}

function capOf(value: unknown): Cap | null {
  if (value === undefined) return null;
  const [, messages, days] = /^(\d{1,3})\/(\d{1,3})d$/.exec(String(value)) ?? [];
  const cap = { messages: Number(messages), days: Number(days) };
  if (cap.messages >= 1 && cap.days >= 1) return cap;
  throw wrong('--cap', value, 'expected messages per days, such as 2/7d');
}

/** `0.1` or `10%` → 0.1, up to 0.9. @throws CoutureError `bad_option` */
export function shareOf(value: unknown): number {
  const [, number, sign] = /^(\d{0,2}(?:\.\d{1,4})?)(\s?%)?$/.exec(String(value)) ?? [];
  const share = number ? Number(number) / (sign ? 100 : 1) : Number.NaN;
  if (share >= 0 && share <= 0.9) return share;
  throw wrong('--holdout', value, 'expected a share from 0 to 0.9, such as 0.1 or 10%');
}

/** `DE-at` → `de-AT`. @throws CoutureError `bad_option` */
function languageTag(value: unknown): string {
  const text = String(value);
  if (/^[a-z]{2,3}(-[a-z0-9]{2,8}){0,3}$/i.test(text)) {
    try {
      return Intl.getCanonicalLocales(text)[0]!;
    } catch {
      // Refused below.
    }
  }
  throw wrong('--lang', value, 'expected a language tag, such as de, pt-BR or ar');
}

function oneOf<const W extends string>(name: string, value: unknown, words: readonly W[]): W {
  const word = words.find((each) => each === value);
  if (word) return word;
  throw wrong(name, value, `expected one of ${words.join(', ')}`);
}

export function numberOf(name: string, value: unknown, min: number, max: number): number {
  const number = /^\d{1,9}$/.test(String(value)) ? Number(value) : Number.NaN;
  if (number >= min && number <= max) return number;
  throw wrong(name, value, `expected a whole number from ${min} to ${max}`);
}

function wrong(name: string, value: unknown, expected: string): CoutureError {
  return new CoutureError('bad_option', `${name} is ${JSON.stringify(value)}: ${expected}`);
}
