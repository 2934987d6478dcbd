// `couture webhooks test`: sends one event to a receiver now. Exit code 0 if it was accepted, 1 if not.
import { randomUUID } from 'node:crypto';
import { WebhookSender } from '../../../runtime/webhooks/send-webhook.ts';
import { readReceivers, secretsOf } from '../../../sql/store/webhooks/receivers.ts';
import type { CommandContext, CommandSpec } from '../../command.ts';
import { count } from '../../terminal/figures.ts';
import { openWebhooks, receiverNumber, unknownReceiver } from './open-webhooks.ts';

/** With --json: {webhook_id, accepted, status, error, milliseconds}. */
export const webhooksTest: CommandSpec<[string]> = {
  usage: 'test <webhook>',
  summary: 'send an event of the type webhook.test to a receiver now',
  settings: ['databaseUrl', 'home'],
  help: `The event is signed like all others, is not repeated, and is not in the log. It is also sent to a disabled receiver.
Exit codes: 0 accepted, 1 not accepted, 2 wrong use or no such receiver.`,
  run: async (context: CommandContext, _flags: Record<string, unknown>, id: string) => {
    const client = await openWebhooks(context);
    const number = receiverNumber(id);
    const receiver = (await readReceivers(client)).find(({ webhook_id }) => webhook_id === number);
    const secrets = await secretsOf(client, number);
    if (!receiver || !secrets) throw unknownReceiver(id);
    const sender = new WebhookSender({ sockets: 1 });
    context.release.defer('the request', () => sender.close());
    const { accepted, status, error, milliseconds } = await sender.send({
      url: receiver.url,
      allowPrivate: receiver.private,
      secrets,
      id: randomUUID(),
      type: 'webhook.test',
      happenedAt: new Date(),
      data: { webhook: number },
    });
    context.terminal.result({ webhook_id: number, accepted, status, error, milliseconds });
    const answer = status === null ? error : `${status}${error === null ? '' : `, ${error}`}`;
    context.terminal.print(
      `${accepted ? 'Accepted' : 'Not accepted'}: ${answer}, after ${count(milliseconds)} ms.`,
    );
    return accepted ? 0 : 1;
  },
};
