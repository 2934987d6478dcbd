// Push to agents who are not looking at the console: their devices, and the messages about chats.
import type { Pool } from '../../sql/pool.ts';
import {
  type AgentDevice,
  devicesOf,
  noteAccepted,
  removeDevice,
  removeDevices,
  saveDevice,
  takeDevicesFor,
} from '../../sql/store/chat/agent-devices.ts';
import { agentDeviceRoutes as routes } from '../contract/agent-device.ts';
import { consoleTag, mentionTag } from '../contract/notification-tag.ts';
import { CoutureError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { Config } from '../core/options.ts';
import type { Bind } from '../handler.ts';
import { checkedSubscription } from './checked-subscription.ts';
import type { Delivery, Outcome } from './delivery.ts';
import type { PushNetwork } from './endpoint-guard.ts';
import { payloadOf } from './message.ts';
import { requireConfigured } from './push-routes.ts';
import type { VapidKeys } from './vapid-keys.ts';
import { pushWords } from './words.ts';

/** What agents should know, as chat finds it: for available agents of a team (null: of all), or for the given ones. */
export type AgentNudge = { readonly sessionId: string } & (
  | { readonly kind: 'waiting'; readonly team: string | null }
  | { readonly kind: 'assigned' | 'reply' | 'mention' | 'woken' | 'held'; readonly subs: readonly string[] }
);

export interface AgentPushOptions {
  readonly pool: Pool;
  readonly log: Log;
  readonly config: Pick<Config, 'locale' | 'basePath'>;
  readonly keys: VapidKeys | undefined;
  readonly network: PushNetwork;
  /** Undefined without keys. */
  readonly delivery: Delivery | undefined;
}

/** Seconds for which push services keep a message: later, the chat is somebody else's or has ended. */
const ttl = 900;

export class AgentPush {
  readonly #options: AgentPushOptions;
  accepted = 0;
  failed = 0;

  constructor(options: AgentPushOptions) {
    this.#options = options;
  }

  routes(bind: Bind): void {
    const { pool, network } = this.#options;
    bind(routes.save, async ({ body, principal }) => {
      const keys = requireConfigured(this.#options);
      const { origin, keyId } = await checkedSubscription(body, keys, network);
      const saved = await saveDevice(pool, {
        sub: principal.sub,
        endpoint: body.endpoint,
        origin,
        ...body.keys,
        keyId,
        locale: body.locale ?? null,
        tokenHash: principal.tokenHash ?? null,
        expiresAt: new Date(principal.expiresAt),
      });
      if (!saved) throw new CoutureError('forbidden', 'The subscription belongs to another agent');
    });
    bind(routes.remove, ({ body, principal }) => removeDevice(pool, principal.sub, body.endpoint));
  }

  /** Notifies the devices of the agents whom it concerns. Never throws. */
  async nudge(nudge: AgentNudge): Promise<void> {
    const { pool, log, delivery } = this.#options;
    if (!delivery) return;
    try {
      const devices =
        nudge.kind === 'waiting' ? await takeDevicesFor(pool, nudge.team) : await devicesOf(pool, nudge.subs);
      const outcomes = await Promise.all(devices.map((device) => this.#send(delivery, device, nudge)));
      const ids = (state: Outcome['state']) =>
        devices.flatMap(({ device_id }, at) => (outcomes[at]!.state === state ? [device_id] : []));
      await noteAccepted(pool, ids('accepted'));
      await removeDevices(pool, ids('gone'));
      const accepted = ids('accepted').length;
      this.accepted += accepted;
      this.failed += outcomes.length - accepted;
    } catch (error) {
      log.debug({ err: error }, 'notifying agents failed');
    }
  }

  #send(delivery: Delivery, device: AgentDevice, { kind, sessionId }: AgentNudge): Promise<Outcome> {
    const { config } = this.#options;
    const { lang, agent } = pushWords(device.locale, config.locale);
    const tag = kind === 'mention' ? mentionTag(sessionId) : consoleTag(sessionId);
    const payload = payloadOf(
      { title: agent[kind], body: agent.open, url: `${config.basePath ?? ''}/console#${sessionId}`, tag },
      { lang },
    );
    const target = { ...device, keyId: device.key_id, owner: device.sub };
    return delivery.send(target, payload, { ttl, urgency: 'high', topic: tag });
  }
}
