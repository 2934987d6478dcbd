// Scopes the Idempotency-Key of a new chat to its visitor. Keys are not secret (proxies and logs keep them), so the same
// key from another person is a different key and starts a different chat.
import { randomBytes } from 'node:crypto';
import { guestKeyOf, hashOf, newGuestSecret } from '../person.ts';

/** A guest who sent no secret: the secret to hand over, and what it can be derived from again. */
export interface NewGuest {
  readonly secret: string;
  readonly guestKey: string;
  readonly creationKey: Buffer | null;
  /** Null if a repeated request cannot be distinguished from another person's. */
  readonly salt: Buffer | null;
}

/** The hash under which the key of a known visitor is stored. */
export function creationKeyOf(visitorKey: string, key: string): Buffer {
  return hashOf(JSON.stringify([visitorKey, key]));
}

/**
 * A response to a guest may be lost, and the secret with it. A retry carries both the key and the id of its message, which
 * appears in no header or log. The same secret is derived from these two and the salt of the row, so that the retry gets
 * the same chat and a first response that arrives late stays valid. A client that uses one value for both gets a new chat:
 * otherwise the key alone would open it.
 */
export function newGuest(key: string | undefined, clientMessageId: string | undefined): NewGuest {
  const proof = proofOf(key, clientMessageId);
  if (!proof) {
    const secret = newGuestSecret();
    return { secret, guestKey: guestKeyOf(secret), creationKey: null, salt: null };
  }
  const salt = randomBytes(32);
  const secret = secretOf(salt, proof);
  return { secret, guestKey: guestKeyOf(secret), creationKey: hashOf(JSON.stringify(['', proof])), salt };
}

/** Derives the guest of the first request again, from the salt of the chat that it created. */
export function recreateGuest(guest: NewGuest, salt: Buffer, key: string, clientMessageId: string): NewGuest {
  const secret = secretOf(salt, proofOf(key, clientMessageId)!);
  return { ...guest, secret, guestKey: guestKeyOf(secret), salt };
}

function proofOf(key: string | undefined, clientMessageId: string | undefined): string | undefined {
  if (key === undefined || clientMessageId === undefined) return undefined;
  const id = clientMessageId.toLowerCase();
  return key.toLowerCase().includes(id) ? undefined : JSON.stringify([key, id]);
}

function secretOf(salt: Buffer, proof: string): string {
  return hashOf(`${salt.toString('hex')} ${proof}`).toString('base64url');
}
