// `couture webhooks add`, `list`, `rotate`, `enable` and `remove`: the receivers of events.
import { webhookEventTypes } from '../../../runtime/contract/webhook-event.ts';
import { CoutureError } from '../../../runtime/core/errors.ts';
import { durationDays } from '../../../runtime/core/quantities.ts';
import { receiverAddress, requireReceiver } from '../../../runtime/webhooks/receiver-guard.ts';
import { writtenSecret } from '../../../runtime/webhooks/sign-webhook.ts';
import { inTransaction } from '../../../sql/pool.ts';
import {
  addReceiver,
  enableReceiver,
  maxReceivers,
  type ReceiverRow,
  readReceivers,
  receiverCounts,
  removeReceiver,
  rotateSecret,
} from '../../../sql/store/webhooks/receivers.ts';
import { type CommandContext, type CommandSpec, flag } from '../../command.ts';
import { count } from '../../terminal/figures.ts';
import { moment } from '../../terminal/times.ts';
import { openWebhooks, receiverNumber, unknownReceiver } from './open-webhooks.ts';

const daySeconds = 86_400;
const maxOrderDays = 30;
const maxKeepDays = 30;

/** With --json: {webhook_id, url, events, secret}. */
export const webhooksAdd: CommandSpec<[string]> = {
  usage: 'add <url>',
  summary: 'add a receiver of events, and print the secret that signs them',
  settings: ['databaseUrl', 'home'],
  flags: [
    flag('--events <types>', `comma-separated: ${webhookEventTypes.join(', ')}`).default(
      webhookEventTypes.join(','),
      'all',
    ),
    flag('--texts', 'send the texts of messages, too; by default only who wrote in which chat'),
    flag('--order-days <n>', `orders count within these days after a chat, at most ${maxOrderDays}`).default(
      '7',
    ),
    flag(
      '--allow-private',
      'allow an address in a private network, and http://localhost, for receivers of your own',
    ),
  ],
  help: `Example:
  couture webhooks add https://crm.shop.example/hooks/couture --events chat.opened,chat.resolved

"couture serve" sends the events, signed as Standard Webhooks (https://www.standardwebhooks.com) has it. The secret is printed
once; "couture webhooks rotate" makes another. Exit codes: 0 done, 1 failed, 2 wrong use or a URL that is refused.`,
  run: async (context: CommandContext, flags: Record<string, unknown>, url: string) => {
    const events = eventsOf(flags.events);
    const orderDays = orderDaysOf(flags.orderDays);
    const allowPrivate = flags.allowPrivate === true;
    await requireReachable(url, allowPrivate);
    const client = await openWebhooks(context);
    const receiver = { url, events, texts: flags.texts === true, private: allowPrivate, orderDays };
    const added = await inTransaction(client, () => addReceiver(client, receiver));
    if (!added)
      throw new CoutureError(
        'bad_option',
        `There are ${maxReceivers} receivers already`,
        'Remove one with "couture webhooks remove".',
      );
    const secret = writtenSecret(added.secret);
    context.terminal.result({ webhook_id: added.webhook_id, url, events, secret });
    context.terminal.print(`Added receiver ${added.webhook_id} for ${events.join(', ')}.`);
    context.terminal.print(`Secret: ${secret}`);
    context.terminal.print(
      `Keep it: it is not shown again. To try the receiver: couture webhooks test ${added.webhook_id}`,
    );
  },
};

/** With --json: {webhooks: [{webhook_id, url, events, texts, private, order_days, …, waiting, delivered, failed}]}. */
export const webhooksList: CommandSpec = {
  usage: 'list',
  summary: 'list receivers with their state and the deliveries of the last day',
  settings: ['databaseUrl', 'home'],
  run: async (context: CommandContext) => {
    const client = await openWebhooks(context);
    const counts = new Map((await receiverCounts(client)).map((each) => [each.webhook_id, each]));
    const none = { waiting: 0, delivered: 0, failed: 0 };
    const webhooks = (await readReceivers(client)).map((each) => ({
      ...each,
      ...(counts.get(each.webhook_id) ?? none),
    }));
    const { terminal } = context;
    terminal.result({ webhooks });
    if (webhooks.length === 0) {
      terminal.print('No receivers. To add one: couture webhooks add https://crm.shop.example/hooks');
      return;
    }
    terminal.table(
      [
        { title: 'webhook', align: 'right' },
        { title: 'url', shrink: true },
        { title: 'events', shrink: true },
        { title: 'state', shrink: true },
        { title: 'waiting', align: 'right' },
        { title: 'delivered', align: 'right' },
        { title: 'given up', align: 'right' },
      ],
      webhooks.map((each) => [
        String(each.webhook_id),
        each.url,
        each.events.length === webhookEventTypes.length ? 'all' : each.events.join(', '),
        stateOf(each),
        count(each.waiting),
        count(each.delivered),
        count(each.failed),
      ]),
    );
  },
};

/** With --json: {webhook_id, secret, old_until}. */
export const webhooksRotate: CommandSpec<[string]> = {
  usage: 'rotate <webhook>',
  summary: 'make a new secret; requests are signed with both for a while',
  settings: ['databaseUrl', 'home'],
  flags: [flag('--keep <span>', 'how long the previous secret is valid').default('24h')],
  help: `Events carry a signature of each valid secret, so the receiver can change its own at any time within the span.
Exit codes: 0 done, 1 failed, 2 wrong use or no such receiver.`,
  run: async (context: CommandContext, flags: Record<string, unknown>, id: string) => {
    const keepDays = durationDays.safeParse(flags.keep);
    if (!keepDays.success || keepDays.data > maxKeepDays)
      throw new CoutureError(
        'bad_option',
        `--keep is ${JSON.stringify(flags.keep)}: expected a time up to ${maxKeepDays}d, such as 24h`,
      );
    const number = receiverNumber(id);
    const client = await openWebhooks(context);
    const made = await rotateSecret(client, number, keepDays.data * daySeconds);
    if (!made) throw unknownReceiver(id);
    const old = (await readReceivers(client)).find(({ webhook_id }) => webhook_id === number)?.old_until;
    context.terminal.result({ webhook_id: number, secret: writtenSecret(made), old_until: old ?? null });
    context.terminal.print(`Secret: ${writtenSecret(made)}`);
    context.terminal.print(
      old ? `The previous secret is valid until ${moment(old)}.` : 'The previous secret is no longer valid.',
    );
  },
};

/** With --json: {webhook_id, enabled}. */
export const webhooksEnable: CommandSpec<[string]> = {
  usage: 'enable <webhook>',
  summary: 'send to a disabled receiver again, with what still waits',
  settings: ['databaseUrl', 'home'],
  run: async (context: CommandContext, _flags: Record<string, unknown>, id: string) => {
    const number = receiverNumber(id);
    if (!(await enableReceiver(await openWebhooks(context), number))) throw unknownReceiver(id);
    context.terminal.result({ webhook_id: number, enabled: true });
    context.terminal.print(`Receiver ${number} gets events again, and now those that still wait.`);
  },
};

/** With --json: {webhook_id, removed}. */
export const webhooksRemove: CommandSpec<[string]> = {
  usage: 'remove <webhook>',
  summary: 'remove a receiver with its log and what waits for it',
  settings: ['databaseUrl', 'home'],
  run: async (context: CommandContext, _flags: Record<string, unknown>, id: string) => {
    const number = receiverNumber(id);
    if (!(await removeReceiver(await openWebhooks(context), number))) throw unknownReceiver(id);
    context.terminal.result({ webhook_id: number, removed: true });
    context.terminal.print(`Removed receiver ${number}.`);
  },
};

function eventsOf(value: unknown): string[] {
  const events = [
    ...new Set(
      String(value)
        .split(',')
        .map((each) => each.trim())
        .filter(Boolean),
    ),
  ];
  const unknown = events.find((each) => !(webhookEventTypes as readonly string[]).includes(each));
  if (unknown === undefined && events.length > 0) return events;
  throw new CoutureError(
    'bad_option',
    `--events is ${JSON.stringify(value)}: ${unknown === undefined ? 'expected at least one type' : `${JSON.stringify(unknown)} is unknown`}`,
    `Use one or more of ${webhookEventTypes.join(', ')}, separated by commas.`,
  );
}

function orderDaysOf(value: unknown): number {
  const days = Number(value);
  if (value !== '' && Number.isInteger(days) && days >= 1 && days <= maxOrderDays) return days;
  throw new CoutureError(
    'bad_option',
    `--order-days is ${JSON.stringify(value)}: expected a whole number from 1 to ${maxOrderDays}`,
  );
}

async function requireReachable(url: string, allowPrivate: boolean): Promise<void> {
  const destination = requireReceiver(url, allowPrivate);
  try {
    await receiverAddress(destination);
  } catch (error) {
    if (error instanceof CoutureError) throw error;
    throw new CoutureError(
      'webhook_refused',
      `Webhook refused: ${destination.url.host} cannot be resolved`,
      'Check the host’s name.',
      { cause: error },
    );
  }
}

function stateOf({ disabled_at, disabled_why, failing_since }: ReceiverRow): string {
  if (disabled_at) return `disabled ${moment(disabled_at)}: ${disabled_why}`;
  return failing_since ? `failing since ${moment(failing_since)}` : 'ok';
}
