// What webhooks add to the storing of messages: the time of the same batches with the trigger off (1), with the trigger and no
// receiver, and with a receiver of all events. The three alternate, so that a busy machine slows all of them.
//
// Tried and rejected, in CPU µs of the Postgres backend per message in batches of 200, on two busy cores (off: 71 to 80):
//   foreign keys of deliveries, unique index of message ids (before migration 37)   +65 to +70
//   without both (as it is)                                                        +41 to +46
//   and without the foreign key from event to chat                                 +37: an erased chat must take its events along
//   and without three indexes                                                      +37: pruning and retries would scan
//   the JSON of an event built in one call instead of two joined objects           +45: no gain
//   no look-up whether a message is the first of its shopper                       +41: a chat that agents open would not be told
// Without receivers the trigger costs nothing that can be measured (82 against 83; one message a time: 1,855 against 1,845).
import { openClient } from '../../../sql/pool.ts';
import { appendMessages } from '../../../sql/store/chat/messages.ts';
import { newMessage } from './bench-socket.bench.ts';

const [rounds, batchesPerRound, batchSize] = [9, 20, 200];
const ways = ['off', 'none', 'all'] as const;

/** @returns the time of the fastest round, which other work disturbs least, divided by that with the trigger off */
export async function webhookCost(
  url: string,
  ids: readonly string[],
): Promise<{ readonly none: number; readonly all: number }> {
  const client = await openClient(url);
  const took = { off: [] as number[], none: [] as number[], all: [] as number[] };
  let at = 0;
  const batch = () => Array.from({ length: batchSize }, () => newMessage(ids[at++ % ids.length]!));
  try {
    for (let round = 0; round < rounds; round++) {
      for (const way of ways) {
        const state = way === 'off' ? 'disable' : 'enable';
        await client.query(`alter table couture.chat_message ${state} trigger chat_message_webhooks`);
        if (way === 'all')
          await client.query(
            `insert into couture.webhook (url, events, secret)
             values ('https://receiver.example', '{chat.opened,chat.message,chat.resolved,chat.closed}', '')`,
          );
        await appendMessages(client, batch());
        const begun = performance.now();
        for (let n = 0; n < batchesPerRound; n++) await appendMessages(client, batch());
        took[way].push(performance.now() - begun);
        if (way === 'all')
          await client.query('truncate couture.webhook, couture.webhook_delivery, couture.webhook_event');
      }
    }
  } finally {
    await client.end();
  }
  const ratio = (way: 'none' | 'all') => Number((Math.min(...took[way]) / Math.min(...took.off)).toFixed(2));
  return { none: ratio('none'), all: ratio('all') };
}
