// A notification as Declarative Web Push JSON, and its size limit. Browsers that support the format show the notification
// themselves; others pass it to the shop's service worker.
import { z } from 'zod';
import { directionOf } from '../contract/direction.ts';
import { CoutureError } from '../core/errors.ts';
import type { Config } from '../core/options.ts';

/** Maximum payload in bytes: the 4,096 that push services accept less what the encryption adds (RFC 8291). */
export const maxMessageBytes = 3_993;
/** Some bridges of push services drop payloads above this size. */
export const safeBytes = 2_744;

/** A page of the shop: a path that cannot lead to another site. */
export const shopPath = z
  .string()
  .max(500)
  .regex(/^\/(?![/\\])[^\s\\]*$/, 'expected a path in the shop, such as /category/Dresses');

/** A button of the notification and the page that it opens. */
const pushAction = z.strictObject({ title: z.string().trim().min(1).max(40), url: shopPath });
export type PushAction = z.output<typeof pushAction>;

/** Chromium shows two, Firefox and Safari show none on most systems: the message must make sense without them. */
export const maxActions = 2;

export const pushMessage = z.strictObject({
  title: z.string().trim().min(1).max(120),
  body: z.string().trim().min(1).max(500),
  /** The page that a click opens. */
  url: shopPath.default('/'),
  /** Path of a small picture in the shop. */
  icon: shopPath.optional(),
  /** A large picture: a path in the shop, or a URL. */
  image: z.string().max(2_000).optional(),
  /** A message replaces an earlier one with the same tag. */
  tag: z
    .string()
    .regex(/^[\w-]{1,32}$/)
    .optional(),
  /** Number on the icon of the installed shop. */
  badge: z.number().int().min(0).max(9_999).optional(),
  actions: z.array(pushAction).max(maxActions).optional(),
});
export type PushMessage = z.output<typeof pushMessage>;

export interface PayloadOptions {
  /** Goes before paths of the message. */
  readonly origin?: string;
  /** Signed id with which the service worker reports clicks; without it, it reports none. */
  readonly beacon?: string;
  /** Language of the texts; without it, browsers guess their direction. */
  readonly lang?: string | undefined;
}

/**
 * The member `app_badge` of the message is a number in the specification (w3c/push-api#402); Safari 18.4 read a string of
 * the notification. Browsers ignore the one that they don't know.
 */
export function payloadOf(message: PushMessage, { origin = '', beacon, lang }: PayloadOptions = {}): string {
  const { title, body, url, icon, image, tag, badge, actions = [] } = message;
  const absolute = (address: string) => (address.startsWith('/') ? origin + address : address);
  return JSON.stringify({
    web_push: 8030,
    notification: {
      title,
      body,
      ...(lang ? { lang, dir: directionOf(lang) } : {}),
      navigate: absolute(url),
      ...(icon ? { icon: absolute(icon) } : {}),
      ...(image ? { image: absolute(image) } : {}),
      ...(tag ? { tag } : {}),
      ...(badge === undefined ? {} : { app_badge: String(badge) }),
      ...(actions.length > 0 ? { actions: actions.map((each, at) => actionOf(each, at, absolute)) } : {}),
      ...(beacon ? { data: { beacon } } : {}),
    },
    ...(badge === undefined ? {} : { app_badge: badge }),
    mutable: true,
  });
}

function actionOf({ title, url }: PushAction, at: number, absolute: (address: string) => string) {
  return { action: String(at + 1), title, navigate: absolute(url) };
}

/** The prefix of paths in a campaign: the shop's origin, else the address of couture's storefront as far as it is known. */
export function originOfLinks({
  shopUrl,
  publicUrl,
  basePath = '',
}: Pick<Config, 'shopUrl' | 'publicUrl' | 'basePath'>): string | undefined {
  if (shopUrl !== undefined) return new URL(shopUrl).origin;
  const origin = publicUrl === undefined ? '' : new URL(publicUrl).origin;
  return origin + basePath || undefined;
}

/** Returns the payload's size in bytes. @throws CoutureError `push_refused` when push services would refuse it */
export function requireSize(payload: string): number {
  const bytes = Buffer.byteLength(payload);
  if (bytes <= maxMessageBytes) return bytes;
  throw new CoutureError(
    'push_refused',
    `The message has ${bytes} bytes; push services accept at most ${maxMessageBytes}`,
    'Shorten the title or the body.',
  );
}
