// Decides where webhooks may be sent: https to a public address. Who may run commands may allow a private one for a receiver, and
// plain http on this machine. Checked when a receiver is added, and again when an event is sent.
import { CoutureError } from '../core/errors.ts';
import { outboundUrl } from '../outbound/outbound-url.ts';
import { type AddressRules, type PinnedAddress, pinnedAddress } from '../outbound/public-address.ts';
import type { Destination } from '../outbound/transport.ts';

const thisMachine = ['localhost', '127.0.0.1', '[::1]'];

/** @throws CoutureError `webhook_refused`, without the URL, whose path may be a secret */
export function requireReceiver(text: string, allowPrivate: boolean): Destination {
  const url = outboundUrl(text, { http: allowPrivate, refused });
  if (url.protocol === 'http:' && !thisMachine.includes(url.hostname))
    throw refused('it is not https, and its host is not this machine');
  return { url, isOwn: allowPrivate };
}

/** @throws CoutureError `webhook_refused` when an address is not public; the error of the resolver */
export function receiverAddress(
  { url, isOwn }: Destination,
  lookup?: AddressRules['lookup'],
): Promise<PinnedAddress> {
  return pinnedAddress(url, { allowPrivate: isOwn, lookup, refused });
}

function refused(why: string): CoutureError {
  return new CoutureError(
    'webhook_refused',
    `Webhook refused: ${why}`,
    'A receiver is an https URL at a public address. --allow-private admits private addresses, and http://localhost.',
  );
}
