// The signed id that a notification reports when it is clicked: campaign and subscription, plus an HMAC so that nobody
// can report clicks for others.
import { createHmac, timingSafeEqual } from 'node:crypto';

export function beaconOf(campaignId: number, subscriptionId: string, key: Buffer): string {
  return `${campaignId}.${subscriptionId}.${signatureOf(campaignId, subscriptionId, key)}`;
}

/** Parses a beacon without verifying its signature; undefined when it is malformed. */
export function readBeacon(
  text: string,
): { campaignId: number; subscriptionId: string; signature: string } | undefined {
  const match = /^(\d{1,9})\.(\d{1,18})\.([\w-]{22})$/.exec(text);
  return match
    ? { campaignId: Number(match[1]), subscriptionId: match[2]!, signature: match[3]! }
    : undefined;
}

export function isGenuine(
  { campaignId, subscriptionId, signature }: NonNullable<ReturnType<typeof readBeacon>>,
  key: Buffer,
): boolean {
  return timingSafeEqual(Buffer.from(signature), Buffer.from(signatureOf(campaignId, subscriptionId, key)));
}

function signatureOf(campaignId: number, subscriptionId: string, key: Buffer): string {
  return createHmac('sha256', key).update(`${campaignId}.${subscriptionId}`).digest('base64url').slice(0, 22);
}
