// /api/push…: browsers subscribe, refresh their subscription and unsubscribe; service workers report clicks.
import type { Pool } from '../../sql/pool.ts';
import { readCampaign } from '../../sql/store/push/campaigns.ts';
import { noteBeacon } from '../../sql/store/push/reports.ts';
import { type Owner, removeSubscription, saveSubscription } from '../../sql/store/push/subscriptions.ts';
import type { Principal } from '../auth/principal.ts';
import { pushRoutes as routes } from '../contract/push.ts';
import { CoutureError } from '../core/errors.ts';
import { Answer, type Asked, type Bind } from '../handler.ts';
import { isGenuine, readBeacon } from './beacon.ts';
import { type PushNetwork, requireAddress, requireEndpoint } from './endpoint-guard.ts';
import type { VapidKeys } from './vapid-keys.ts';

export interface PushRouteParts {
  readonly pool: Pool;
  readonly keys: VapidKeys | undefined;
  readonly network: PushNetwork;
}

export function pushRoutes(bind: Bind, parts: PushRouteParts): void {
  const { pool } = parts;
  bind(routes.key, () => ({ public_key: requireConfigured(parts).pairs[0].publicKey }));
  bind(routes.save, (asked) => save(parts, asked));
  bind(routes.remove, async ({ body, headers, principal }) => {
    await removeSubscription(pool, ownerOf(principal, headers['x-couture-visitor']), body.endpoint);
  });
  bind(routes.event, async ({ body }) => {
    const beacon = readBeacon(body.beacon);
    const campaign = beacon && (await readCampaign(pool, beacon.campaignId));
    // Answer unknown beacons like known ones, so they can't be probed.
    if (beacon && campaign && isGenuine(beacon, campaign.beacon_key))
      await noteBeacon(pool, beacon, body.type);
  });
}

async function save(
  parts: PushRouteParts,
  { body, headers, principal }: Asked<typeof routes.save>,
): Promise<Answer> {
  const { pairs } = requireConfigured(parts);
  const owner = ownerOf(principal, headers['x-couture-visitor']);
  const endpoint = requireEndpoint(body.endpoint, parts.network);
  await requireAddress(endpoint, parts.network).catch((error) => {
    if (error instanceof CoutureError) throw error;
    throw new CoutureError('endpoint_refused', 'Push endpoint refused: its host cannot be resolved');
  });
  if (
    Buffer.from(body.keys.p256dh, 'base64url').length !== 65 ||
    Buffer.from(body.keys.auth, 'base64url').length !== 16
  )
    throw new CoutureError(
      'bad_request',
      'Invalid subscription keys: p256dh must have 65 bytes and auth 16',
      'Send the keys unchanged, as the browser’s PushSubscription returns them.',
    );
  const pair =
    body.public_key === undefined ? pairs[0] : pairs.find((each) => each.publicKey === body.public_key);
  if (!pair)
    throw new CoutureError(
      'bad_request',
      'The subscription was created with an unknown VAPID key',
      'Subscribe again with the key from /api/push/public-key.',
    );
  const saved = await saveSubscription(parts.pool, owner, {
    endpoint: body.endpoint,
    origin: endpoint.url.origin,
    p256dh: body.keys.p256dh,
    auth: body.keys.auth,
    keyId: pair.id,
    locale: body.locale ?? null,
    timeZone: body.time_zone ?? null,
    topics: body.topics,
    consentVersion: body.consent_version ?? null,
  });
  if (!saved) throw new CoutureError('forbidden', 'The subscription belongs to another person');
  if (body.replaces !== undefined && body.replaces !== body.endpoint)
    await removeSubscription(parts.pool, owner, body.replaces);
  return new Answer(saved.made ? 201 : 200, { id: saved.id, topics: saved.topics });
}

/** The signed-in customer; otherwise the visitor id that the browser generated. */
function ownerOf(principal: Principal | undefined, visitor: string | undefined): Owner {
  if (principal) return { customerId: principal.customerId ?? `sub:${principal.sub}` };
  if (visitor !== undefined) return { visitor };
  throw new CoutureError(
    'bad_request',
    'The request has neither a signed-in customer nor a visitor id',
    'Sign in, or send the header X-Couture-Visitor.',
  );
}

function requireConfigured({ keys }: PushRouteParts): VapidKeys {
  if (keys) return keys;
  throw new CoutureError(
    'push_unconfigured',
    'Push is not configured in this shop',
    'The operator must run "couture push keys generate".',
  );
}
