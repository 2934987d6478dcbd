// `couture webhooks log`: the newest deliveries, what receivers answered, and when the next attempt is due.
import { CoutureError } from '../../../runtime/core/errors.ts';
import { type LoggedDelivery, logDays, loggedDeliveries } from '../../../sql/store/webhooks/deliveries.ts';
import { type CommandContext, type CommandSpec, flag } from '../../command.ts';
import { count } from '../../terminal/figures.ts';
import { moment } from '../../terminal/times.ts';
import { openWebhooks, receiverNumber } from './open-webhooks.ts';

const maxLimit = 1_000;

/**
 * With --json: {deliveries: [{webhook_id, message_id, type, happened_at, state, attempts, status, error, took_ms, tried_at,
 * next_at}]}.
 */
export const webhooksLog: CommandSpec<[string | undefined]> = {
  usage: 'log [webhook]',
  summary: `show the newest deliveries, of one receiver or all; they are kept for ${logDays} days`,
  settings: ['databaseUrl', 'home'],
  flags: [
    flag('--failed', 'only those that were given up or wait for another attempt'),
    flag('--limit <n>', `deliveries at most, up to ${maxLimit}`).default('30'),
  ],
  run: async (context: CommandContext, flags: Record<string, unknown>, id: string | undefined) => {
    const limit = Number(flags.limit);
    if (!Number.isInteger(limit) || limit < 1 || limit > maxLimit)
      throw new CoutureError(
        'bad_option',
        `--limit is ${JSON.stringify(flags.limit)}: expected a whole number from 1 to ${maxLimit}`,
      );
    const webhookId = id === undefined ? undefined : receiverNumber(id);
    const client = await openWebhooks(context);
    const deliveries = await loggedDeliveries(client, { webhookId, problems: flags.failed === true, limit });
    const { terminal } = context;
    terminal.result({ deliveries });
    if (deliveries.length === 0) {
      terminal.print('No deliveries.');
      return;
    }
    terminal.table(
      [
        { title: 'event at' },
        { title: 'webhook', align: 'right' },
        { title: 'event' },
        { title: 'webhook-id' },
        { title: 'attempts', align: 'right' },
        { title: 'state', shrink: true },
      ],
      deliveries.map((each) => [
        moment(each.happened_at),
        String(each.webhook_id),
        each.type,
        each.message_id,
        count(each.attempts),
        outcomeOf(each),
      ]),
    );
  },
};

function outcomeOf({ state, status, error, took_ms, next_at, attempts }: LoggedDelivery): string {
  const answer = [status, error].filter((each) => each !== null).join(', ');
  if (state === 'delivered') return `${status} after ${count(took_ms ?? 0)} ms`;
  if (state === 'failed') return `given up: ${answer}`;
  return attempts === 0 || answer === '' ? 'waiting' : `${answer}; next attempt ${moment(next_at!)}`;
}
