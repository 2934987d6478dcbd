// The signed id that a notification reports when it is clicked: campaign, subscription and, of a journey, occasion, plus an
// HMAC so that nobody can report clicks for others.
import { createHmac, timingSafeEqual } from 'node:crypto';

/** A message that was sent. */
export interface SentMessage {
  readonly campaignId: number;
  readonly subscriptionId: string;
  /** '0' for a campaign that a person sent. */
  readonly occasionId: string;
}

export function beaconOf(campaignId: number, subscriptionId: string, key: Buffer, occasionId = '0'): string {
  const message = { campaignId, subscriptionId, occasionId };
  return `${nameOf(message)}.${signatureOf(message, key)}`;
}

/** Parses a beacon without verifying its signature; undefined when it is malformed. */
export function readBeacon(text: string): (SentMessage & { signature: string }) | undefined {
  const match = /^(\d{1,9})\.(\d{1,18})(?:\.(\d{1,18}))?\.([\w-]{22})$/.exec(text);
  return match
    ? {
        campaignId: Number(match[1]),
        subscriptionId: match[2]!,
        occasionId: match[3] ?? '0',
        signature: match[4]!,
      }
    : undefined;
}

export function isGenuine(
  { signature, ...message }: SentMessage & { signature: string },
  key: Buffer,
): boolean {
  return timingSafeEqual(Buffer.from(signature), Buffer.from(signatureOf(message, key)));
}

function signatureOf(message: SentMessage, key: Buffer): string {
  return createHmac('sha256', key).update(nameOf(message)).digest('base64url').slice(0, 22);
}

function nameOf({ campaignId, subscriptionId, occasionId }: SentMessage): string {
  return `${campaignId}.${subscriptionId}${occasionId === '0' ? '' : `.${occasionId}`}`;
}
