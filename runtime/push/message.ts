// What a notification says, as Declarative Web Push has it: browsers that know it show it by themselves, the others hand
// it to the shop's service worker. And how large it may be.
import { z } from 'zod';
import { CoutureError } from '../core/errors.ts';
import type { Config } from '../core/options.ts';

/** Bytes of a payload that push services take: 4,096 less what the encryption adds (RFC 8291). */
export const mostBytes = 3_993;
/** Above this, some bridges of push services drop it. */
export const safeBytes = 2_744;

/** A page of the shop: a path, and nothing that leads elsewhere. */
export const shopPath = z
  .string()
  .max(500)
  .regex(/^\/(?![/\\])[^\s\\]*$/, 'expected a path of the shop such as /category/Dresses');

export const pushMessage = z.strictObject({
  title: z.string().trim().min(1).max(120),
  body: z.string().trim().min(1).max(500),
  /** Where a click leads. */
  url: shopPath.default('/'),
  /** A picture of the shop. */
  icon: shopPath.optional(),
  /** A message of the same tag takes the place of the one before. */
  tag: z
    .string()
    .regex(/^[\w-]{1,32}$/)
    .optional(),
  /** Number on the icon of the installed shop. */
  badge: z.number().int().min(0).max(9_999).optional(),
});
export type PushMessage = z.output<typeof pushMessage>;

/** @param beacon what the worker says of clicks with; undefined: it says nothing */
export function payloadOf(
  message: PushMessage,
  { origin = '', beacon }: { origin?: string; beacon?: string } = {},
): string {
  const { title, body, url, icon, tag, badge } = message;
  return JSON.stringify({
    web_push: 8030,
    notification: {
      title,
      body,
      navigate: url.startsWith('/') ? origin + url : url,
      ...(icon ? { icon: origin + icon } : {}),
      ...(tag ? { tag } : {}),
      ...(badge === undefined ? {} : { app_badge: String(badge) }),
      ...(beacon ? { data: { beacon } } : {}),
    },
    ...(badge === undefined ? {} : { app_badge: String(badge) }),
    mutable: true,
  });
}

/** What paths in a campaign are of: the shop, else couture's storefront. */
export function originOfLinks({
  shopUrl,
  publicUrl,
}: Pick<Config, 'shopUrl' | 'publicUrl'>): string | undefined {
  const url = shopUrl ?? publicUrl;
  return url === undefined ? undefined : new URL(url).origin;
}

/** @throws CoutureError `push_refused` where push services would not take it */
export function requireSize(payload: string): number {
  const bytes = Buffer.byteLength(payload);
  if (bytes <= mostBytes) return bytes;
  throw new CoutureError(
    'push_refused',
    `The message has ${bytes} bytes; push services take ${mostBytes}`,
    'Shorten the title or the body.',
  );
}
