// The client process of `npm run bench:chat`: receives a task from its parent and answers with figures.
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import type { WebSocket } from 'ws';
import { endWithChildren } from '../../../fixtures/bench-process.ts';
import { openChat, sendFrame } from './bench-socket.bench.ts';

interface Task {
  readonly task: 'store' | 'way' | 'stalled' | 'quiet';
  readonly ids: readonly string[];
  readonly urls: readonly string[];
  readonly seconds: number;
  readonly window: number;
  readonly rate: number;
}

endWithChildren();
const [task] = (await once(process, 'message')) as [Task];
const run = { store, way, stalled: way, quiet }[task.task];
process.send!({ result: await run(task) });
process.exit(0);

/** Each chat writes as fast as it is acknowledged. */
async function store({ ids, urls, seconds, window }: Task) {
  const sockets = await openAll(ids, ...urls);
  process.send!({ connected: true });
  const waits: number[] = [];
  let [acknowledged, counting] = [0, false];
  for (const socket of sockets) {
    const sentAt = new Map<string, number>();
    const send = () => {
      const id = randomUUID();
      sentAt.set(id, performance.now());
      socket.send(sendFrame(id));
    };
    socket.on('message', (data: Buffer) => {
      // Look only at the first bytes of a frame: parsing all would take CPU from the server on the same machine.
      if (data[9] !== 97) return;
      const id = data.toString('latin1', 35, 71);
      if (counting) {
        acknowledged += 1;
        waits.push(performance.now() - sentAt.get(id)!);
      }
      sentAt.delete(id);
      send();
    });
    for (let n = 0; n < window; n++) send();
  }
  await delay(3_000);
  counting = true;
  const begun = performance.now();
  await delay(seconds * 1_000);
  counting = false;
  const per_s = Math.round((acknowledged / (performance.now() - begun)) * 1_000);
  return { per_s, p99_ms: percentile(waits, 0.99) };
}

/** Sends at a steady rate through one process; a second device of each shopper receives from the other. */
async function way({ task: kind, ids, urls, seconds, rate }: Task) {
  const writers = await openAll(ids, urls[0]!);
  const readers = await openAll(ids, urls[1]!);
  const sentAt = new Map<string, number>();
  const waits: number[] = [];
  let measuring = false;
  for (const reader of readers) {
    reader.on('message', (data) => {
      const frame = JSON.parse(String(data));
      if (frame.type !== 'message') return;
      const at = sentAt.get(frame.message.client_message_id);
      if (at !== undefined && measuring) waits.push(performance.now() - at);
    });
  }
  const still = kind === 'stalled' ? await stopReading(ids, urls[1]!) : undefined;
  const begun = performance.now();
  for (let sent = 0; performance.now() < begun + (seconds + 2) * 1_000; ) {
    measuring = performance.now() > begun + 2_000;
    const due = ((performance.now() - begun) / 1_000) * rate;
    for (; sent < due; sent++) {
      const id = randomUUID();
      sentAt.set(id, performance.now());
      writers[sent % writers.length]!.send(sendFrame(id));
    }
    await delay(2);
  }
  await delay(500);
  const cut = still ? { cut_off: await still.cutOff() } : {};
  return { p50_ms: percentile(waits, 0.5), p99_ms: percentile(waits, 0.99), ...cut };
}

/** A device that stops reading while 4,000 long messages are sent to its chat. */
async function stopReading(ids: readonly string[], url: string) {
  const socket = await openChat(url, ids[0]!, 0);
  const raw = (socket as unknown as { _socket: Socket })._socket;
  raw.pause();
  const writer = await openChat(url, ids[0]!, 0);
  const pouring = (async () => {
    for (let n = 0; n < 400; n++) {
      // 3 KB each, more than the network buffers for a reader, so that the server's queue fills.
      const id = randomUUID();
      for (let times = 0; times < 10; times++)
        writer.send(sendFrame(randomUUID()).replace('"body":"', `"body":"${'x'.repeat(3_000)}`));
      writer.send(sendFrame(id));
      await delay(10);
    }
  })();
  return {
    async cutOff(): Promise<boolean> {
      await pouring;
      const closed = once(socket, 'close').then(() => true);
      raw.resume();
      return Promise.race([closed, delay(3_000).then(() => false)]);
    },
  };
}

async function quiet({ ids, urls, seconds }: Task) {
  const sockets = await openAll(ids, urls[0]!);
  process.send!({ connected: true });
  await delay(seconds * 1_000);
  for (const socket of sockets) socket.terminate();
  return {};
}

/** Opens a socket per chat, distributed over the servers round-robin. */
async function openAll(ids: readonly string[], ...urls: string[]): Promise<WebSocket[]> {
  const sockets: WebSocket[] = [];
  for (let from = 0; from < ids.length; from += 200) {
    const some = ids.slice(from, from + 200);
    sockets.push(...(await Promise.all(some.map((id, n) => openChat(urls[n % urls.length]!, id, from + n)))));
  }
  return sockets;
}

function percentile(waits: number[], share: number): number {
  waits.sort((one, other) => one - other);
  return Number((waits[Math.floor(waits.length * share)] ?? 0).toFixed(1));
}
