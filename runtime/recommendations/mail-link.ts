// Links to a customer's list in newsletters: customer, expiry and whether clicks count, signed. The link is the only
// credential, and opens nothing but the list.
import { createHmac, timingSafeEqual } from 'node:crypto';

export interface MailLinkClaim {
  readonly customerId: string;
  /** Seconds since 1970. */
  readonly expires: number;
  /** Whether clicks are recorded: not for customers who have objected. */
  readonly tracked: boolean;
}

/** Longest id of a customer, in UTF-16 units. */
const maxId = 200;
const form = /^([\w-]{1,1000})\.(\d{10,11})\.([tu])\.([\w-]{43})$/;

export function signMailLink({ customerId, expires, tracked }: MailLinkClaim, secret: string): string {
  const text = `${Buffer.from(customerId).toString('base64url')}.${expires}.${tracked ? 't' : 'u'}`;
  return `${text}.${signatureOf(text, secret)}`;
}

/** What a token claims, if this secret signed it and it has not expired. The signature is checked before anything else. */
export function readMailLink(token: string, secret: string, now = Date.now()): MailLinkClaim | undefined {
  const [, id, expires, use, signature] = form.exec(token) ?? [];
  if (id === undefined || signature === undefined) return undefined;
  const expected = signatureOf(`${id}.${expires}.${use}`, secret);
  if (!timingSafeEqual(Buffer.from(signature), Buffer.from(expected))) return undefined;
  if (Number(expires) * 1_000 <= now) return undefined;
  const customerId = Buffer.from(id, 'base64url').toString();
  return customerId.length > maxId
    ? undefined
    : { customerId, expires: Number(expires), tracked: use === 't' };
}

/** The use is signed as well, so that no signature of another part with the same secret is valid here. */
function signatureOf(text: string, secret: string): string {
  return createHmac('sha256', secret).update(`couture mail list\n${text}`).digest('base64url');
}
