// /api/push…: browsers subscribe, refresh their subscription and unsubscribe; service workers report clicks.
import type { Pool } from '../../sql/pool.ts';
import { sendsBagReminders } from '../../sql/store/push/bags.ts';
import {
  type Owner,
  removeSubscription,
  replaceSubscription,
  saveSubscription,
} from '../../sql/store/push/subscriptions.ts';
import type { Principal } from '../auth/principal.ts';
import { pushRoutes as routes } from '../contract/push.ts';
import { CoutureError } from '../core/errors.ts';
import { Answer, type Asked, type Bind } from '../handler.ts';
import { checkedSubscription } from './checked-subscription.ts';
import type { PushNetwork } from './endpoint-guard.ts';
import type { MessageEvents } from './message-events.ts';
import type { VapidKeys } from './vapid-keys.ts';

export interface PushRouteParts {
  readonly pool: Pool;
  readonly keys: VapidKeys | undefined;
  readonly network: PushNetwork;
  readonly events: MessageEvents;
}

export function pushRoutes(bind: Bind, parts: PushRouteParts): void {
  const { pool, events } = parts;
  bind(routes.key, async () => ({
    public_key: requireConfigured(parts).pairs[0].publicKey,
    bag: await sendsBagReminders(pool),
  }));
  bind(routes.save, (asked) => save(parts, asked));
  bind(routes.remove, async ({ body, headers, principal }) => {
    await removeSubscription(pool, ownerOf(principal, headers['x-couture-visitor']), body.endpoint);
  });
  // Unknown beacons are answered like known ones, so they can't be probed.
  bind(routes.event, ({ body }) => events.note(body.beacon, body.type, body.age ?? 0));
}

async function save(
  parts: PushRouteParts,
  { body, headers, principal }: Asked<typeof routes.save>,
): Promise<Answer> {
  const keys = requireConfigured(parts);
  const owner = ownerOf(principal, headers['x-couture-visitor']);
  const { origin, keyId } = await checkedSubscription(body, keys, parts.network);
  const saved = await saveSubscription(parts.pool, owner, {
    endpoint: body.endpoint,
    origin,
    p256dh: body.keys.p256dh,
    auth: body.keys.auth,
    keyId,
    locale: body.locale ?? null,
    timeZone: body.time_zone ?? null,
    topics: body.topics,
    consentVersion: body.consent_version ?? null,
    installed: body.installed ?? false,
  });
  if (!saved) throw new CoutureError('forbidden', 'The subscription belongs to another person');
  if (body.replaces !== undefined && body.replaces !== body.endpoint)
    await replaceSubscription(parts.pool, owner, body.replaces, saved.id);
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

export function requireConfigured({ keys }: Pick<PushRouteParts, 'keys'>): VapidKeys {
  if (keys) return keys;
  throw new CoutureError(
    'push_unconfigured',
    'Push is not configured in this shop',
    'The operator must run "couture push keys generate".',
  );
}
