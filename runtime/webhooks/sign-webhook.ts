// Signatures of webhooks as Standard Webhooks 1.0 has them (https://www.standardwebhooks.com): id, time, body and secrets → headers.
import { createHmac } from 'node:crypto';

/** A secret as receivers are given it: `whsec_` and base64. */
export function writtenSecret(secret: Buffer): string {
  return `whsec_${secret.toString('base64')}`;
}

/**
 * The headers that a receiver verifies.
 * @param seconds time of the attempt since 1970, by which receivers refuse what is replayed later
 * @param secrets all that are valid: while a secret is replaced, each signs
 */
export function signedHeaders(
  id: string,
  seconds: number,
  body: string,
  secrets: readonly Buffer[],
): Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string> {
  const signatures = secrets.map(
    (secret) => `v1,${createHmac('sha256', secret).update(`${id}.${seconds}.${body}`).digest('base64')}`,
  );
  return {
    'webhook-id': id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': signatures.join(' '),
  };
}
