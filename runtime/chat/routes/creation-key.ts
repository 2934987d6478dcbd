// Whose the Idempotency-Key of a new chat is. Keys are no secrets (proxies and logs keep them), so each is looked up
// together with its visitor: another person's key is another key, and begins another chat.
import { randomBytes } from 'node:crypto';
import { guestKeyOf, hashOf, newGuestSecret } from '../person.ts';

/** A guest who showed no secret yet: the one to hand over, and what it can be made from again. */
export interface NewGuest {
  readonly secret: string;
  readonly guestKey: string;
  readonly creationKey: Buffer | null;
  /** Null: a repeated request cannot be told from anybody else's. */
  readonly salt: Buffer | null;
}

/** The hash under which a key is stored for a visitor who is known. */
export function creationKeyOf(visitorKey: string, key: string): Buffer {
  return hashOf(JSON.stringify([visitorKey, key]));
}

/**
 * A guest's answer may be lost, and the secret with it. The request that is sent again shows both its key and the id of
 * its message, which stands in no header or log; from these two and the salt of the row the same secret is made again,
 * so that the retry gets the same chat and an answer that arrives late still counts. Clients that use one value for both
 * get a new chat: then the key alone would open it.
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

/** The same guest, from the salt of the chat that the first request made. */
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
