// `couture push test --user 7`: sends one message now, to check keys, network and browser end to end.
import { CoutureError } from '../../../runtime/core/errors.ts';
import { Delivery } from '../../../runtime/push/delivery.ts';
import { payloadOf } from '../../../runtime/push/message.ts';
import { networkOf } from '../../../runtime/push/push.ts';
import { requireKeys } from '../../../runtime/push/vapid-keys.ts';
import { removeSubscriptions, subscriptionsOf } from '../../../sql/store/push/subscriptions.ts';
import { type CommandContext, type CommandSpec, flag } from '../../command.ts';
import { openPush } from '../../push/campaign-argument.ts';

/** With --json: {user, browsers, results: [{push_service, state, reason?, status?}]}. */
export const pushTest: CommandSpec = {
  usage: 'test',
  summary: 'send a test message to the browsers of one customer',
  settings: ['databaseUrl', 'home'],
  flags: [flag('--user <id>', 'customer id').makeOptionMandatory()],
  run,
};

async function run(context: CommandContext, { user }: Record<string, unknown>): Promise<number> {
  const { config, terminal } = context;
  const keys = requireKeys(config);
  const client = await openPush(context, 'test');
  const browsers = await subscriptionsOf(client, { customerId: String(user) }, 'orders');
  if (browsers.length === 0) {
    throw new CoutureError(
      'push_refused',
      `Customer ${JSON.stringify(user)} has no subscribed browser`,
      'Sign in to the shop as this customer and turn on notifications in the account.',
    );
  }
  const delivery = new Delivery({ keys, network: networkOf(config), concurrency: 4 });
  const payload = payloadOf({
    title: 'It works',
    body: 'This is a test message from the shop.',
    url: '/',
    tag: 'test',
  });
  const outcomes = await Promise.all(
    browsers.map((browser) =>
      delivery.send({ ...browser, keyId: browser.key_id }, payload, { ttl: 60, urgency: 'high' }),
    ),
  ).finally(() => delivery.close());
  const gone = browsers.filter((_, at) => outcomes[at]!.state === 'gone').map((each) => each.subscription_id);
  if (gone.length > 0) await removeSubscriptions(client, gone);
  const results = browsers.map(({ endpoint }, at) => {
    const { state, ...more } = outcomes[at]!;
    const { reason, status } = more as { reason?: string; status?: number };
    return {
      push_service: new URL(endpoint).host,
      state,
      ...(reason ? { reason } : {}),
      ...(status ? { status } : {}),
    };
  });
  terminal.result({ user: String(user), browsers: browsers.length, results });
  terminal.table(
    [{ title: 'push service' }, { title: 'result' }, { title: 'HTTP status', align: 'right' }],
    results.map(({ push_service, state, reason, status }) => [push_service, reason ?? state, status ?? '']),
  );
  return results.every(({ state }) => state === 'accepted') ? 0 : 1;
}
