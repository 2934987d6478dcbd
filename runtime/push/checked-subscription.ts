// Checks a subscription before it is saved: the endpoint is a URL chosen by a stranger.
import { CoutureError } from '../core/errors.ts';
import { faultOfKeys } from './encryption.ts';
import { type PushNetwork, requireAddress, requireEndpoint } from './endpoint-guard.ts';
import type { VapidKeys } from './vapid-keys.ts';

export interface GivenSubscription {
  readonly endpoint: string;
  /** In base64url. */
  readonly keys: { readonly p256dh: string; readonly auth: string };
  /** The shop's key that it was created with; default: the current one. */
  readonly public_key?: string | undefined;
}

/**
 * @returns the origin of its push service, and the id of the key pair that it was created with
 * @throws CoutureError `endpoint_refused`, or `bad_request` for invalid or unknown keys
 */
export async function checkedSubscription(
  { endpoint: url, keys, public_key }: GivenSubscription,
  { pairs }: VapidKeys,
  network: PushNetwork,
): Promise<{ origin: string; keyId: string }> {
  const endpoint = requireEndpoint(url, network);
  await requireAddress(endpoint, network).catch((error) => {
    if (error instanceof CoutureError) throw error;
    throw new CoutureError('endpoint_refused', 'Push endpoint refused: its host cannot be resolved');
  });
  const fault = faultOfKeys(keys);
  if (fault)
    throw new CoutureError(
      'bad_request',
      `Invalid subscription keys: ${fault}`,
      'Send the keys unchanged, as the browser’s PushSubscription returns them.',
    );
  const pair = public_key === undefined ? pairs[0] : pairs.find((each) => each.publicKey === public_key);
  if (!pair)
    throw new CoutureError(
      'bad_request',
      'The subscription was created with an unknown VAPID key',
      'Subscribe again with the key from /api/push/public-key.',
    );
  return { origin: endpoint.url.origin, keyId: pair.id };
}
