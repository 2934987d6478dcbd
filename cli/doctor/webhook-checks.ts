// Checks of the receivers of webhooks: whether their URLs are allowed and resolve, and whether they accept events. Nothing
// is sent.
import { receiverAddress, requireReceiver } from '../../runtime/webhooks/receiver-guard.ts';
import { openClient } from '../../sql/pool.ts';
import { type ReceiverRow, readReceivers } from '../../sql/store/webhooks/receivers.ts';
import { moment } from '../terminal/times.ts';
import { type Check, type DoctorTarget, fail, ok } from './checks.ts';

/** No checks without receivers, or if the tables are not there yet; other checks say why. */
export async function checkWebhooks(target: Pick<DoctorTarget, 'database'>): Promise<Check[]> {
  return Promise.all((await receiversOf(target)).map(checkReceiver));
}

async function receiversOf(target: Pick<DoctorTarget, 'database'>): Promise<ReceiverRow[]> {
  try {
    const client = await openClient(await target.database(), { applicationName: 'couture doctor' });
    try {
      return await readReceivers(client);
    } finally {
      await client.end();
    }
  } catch {
    return [];
  }
}

async function checkReceiver(receiver: ReceiverRow): Promise<Check> {
  const name = `webhook ${receiver.webhook_id}`;
  const id = receiver.webhook_id;
  try {
    await receiverAddress(requireReceiver(receiver.url, receiver.private));
  } catch (error) {
    const { message } = error as Error;
    return fail(name, message, `Remove it with "couture webhooks remove ${id}", or correct its address.`);
  }
  const { host } = new URL(receiver.url);
  if (receiver.disabled_at)
    return fail(
      name,
      `${host} is disabled since ${moment(receiver.disabled_at)}: ${receiver.disabled_why}`,
      `See "couture webhooks log ${id}", correct the receiver, then run "couture webhooks enable ${id}".`,
    );
  if (receiver.failing_since)
    return {
      name,
      state: 'warn',
      detail: `${host} has accepted nothing since ${moment(receiver.failing_since)}`,
      hint: `See "couture webhooks log ${id}", and try it with "couture webhooks test ${id}".`,
    };
  return ok(name, `${host} resolves to an allowed address`);
}
