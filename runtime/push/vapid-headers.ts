// The headers that say who sends (VAPID, RFC 8292), by web-push: signed once per origin and eleven hours instead of once per
// message.
import webpush from 'web-push';
import type { KeyPair } from './vapid-keys.ts';

/** Seconds for which a header is valid. */
const lifetime = 12 * 3_600;
/** Seconds after which a new header is signed; Apple asks for at most one per hour. */
const renewalInterval = 11 * 3_600;

export class VapidHeaders {
  readonly #contact: string;
  readonly #made = new Map<string, { readonly header: string; readonly until: number }>();

  constructor(contact: string) {
    this.#contact = contact;
  }

  of(origin: string, { id, publicKey, privateKey }: KeyPair): string {
    const key = `${id} ${origin}`;
    const now = Date.now() / 1_000;
    const known = this.#made.get(key);
    if (known && known.until > now) return known.header;
    const { Authorization } = webpush.getVapidHeaders(
      origin,
      this.#contact,
      publicKey,
      privateKey,
      'aes128gcm',
      Math.floor(now) + lifetime,
    ) as { Authorization: string };
    this.#made.set(key, { header: Authorization, until: now + renewalInterval });
    return Authorization;
  }
}
