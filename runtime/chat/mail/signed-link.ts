// Links in mails: what they do, to which chat, until when, signed with a key of this chat alone.
import { createHmac, timingSafeEqual } from 'node:crypto';

export type LinkUse = 'return' | 'unsubscribe' | 'file';

export interface LinkClaim {
  readonly use: LinkUse;
  readonly sessionId: string;
  /** Seconds since 1970. */
  readonly expires: number;
  /** The file that a link of use `file` opens. */
  readonly attachmentId?: string | undefined;
}

const uuid = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const form = new RegExp(
  `^(?:(return|unsubscribe)\\.(${uuid})|(file)\\.(${uuid})\\.(${uuid}))\\.(\\d{10,11})\\.([\\w-]{43})$`,
);

/** Characters of the longest link. */
export const maxLinkLength = 200;

export function signLink({ use, sessionId, expires, attachmentId }: LinkClaim, key: Buffer): string {
  const text = [use, sessionId, ...(attachmentId === undefined ? [] : [attachmentId]), expires].join('.');
  return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`;
}

/** What a link claims, before its signature is verified; undefined for other text. */
export function readLink(token: string): LinkClaim | undefined {
  const [, use, chat, file, chatOfFile, attachmentId, expires] = form.exec(token) ?? [];
  const sessionId = chat ?? chatOfFile;
  if (sessionId === undefined) return undefined;
  return { use: (use ?? file) as LinkUse, sessionId, expires: Number(expires), attachmentId };
}

/** Whether the chat's key signed the link, and it has not expired. */
export function isValidLink(token: string, key: Buffer, now = Date.now()): boolean {
  const claim = readLink(token);
  return claim !== undefined && claim.expires * 1_000 >= now && isSignedLink(token, key);
}

/** Whether the chat's key signed the link, which may have expired. */
export function isSignedLink(token: string, key: Buffer): boolean {
  const claim = readLink(token);
  if (claim === undefined) return false;
  const [given, own] = [Buffer.from(token), Buffer.from(signLink(claim, key))];
  // Parsing drops a leading zero, so the text would no longer be the one that was signed.
  return given.length === own.length && timingSafeEqual(given, own);
}
