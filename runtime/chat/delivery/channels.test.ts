// Every subscriber sees every message once and in order, whichever comes first: memory, invalidations, sweeps, slow reads
// or joins.
import { setTimeout as delay } from 'node:timers/promises';
import { Random } from '../../../fixtures/random.ts';
import { assert, suite } from '../../../fixtures/suite.ts';
import { until } from '../../../fixtures/until.ts';
import type { MessageRow } from '../../../sql/store/chat/messages.ts';
import type { SessionRow } from '../../../sql/store/chat/sessions.ts';
import type { FromServer } from '../../contract/chat-protocol.ts';
import { openLog } from '../../core/log.ts';
import type { Connection } from '../sockets/connection.ts';
import { Channels } from './channels.ts';
import type { Stored } from './message-writer.ts';
import { Subscription } from './subscription.ts';
import { WireMessages } from './wire-messages.ts';

const test = suite('channels');
const sessionId = '00000000-0000-4000-8000-000000000001';
const wire = new WireMessages({ products: async () => new Map(), attachments: async () => new Map() });
const log = openLog('silent');

/** The committed rows, with reads of random duration; a read returns what was committed when it began. */
class Rows {
  readonly rows: MessageRow[] = [];
  readonly #random: Random;
  failing = false;

  constructor(random: Random) {
    this.#random = random;
  }

  add(): MessageRow {
    const seq = this.rows.length + 1;
    const kind = this.#random.chance(0.1) ? 'event' : 'text';
    const row = {
      session_id: sessionId,
      seq,
      client_message_id: String(seq),
      side: 'shopper',
      sender: null,
      sender_name: null,
      kind,
      body: String(seq),
      product_id: null,
      attachment_id: null,
      created_at: new Date(seq),
    } as const;
    this.rows.push(row);
    return row;
  }

  async read<T>(make: () => T): Promise<T> {
    const made = make();
    if (this.#random.chance(0.5)) await delay(this.#random.below(3));
    if (this.failing) throw new Error('away');
    return made;
  }

  readonly reads = {
    messages: (places: ReadonlyArray<{ after: number }>, limit: number) =>
      this.read(() => this.rows.slice(places[0]!.after, places[0]!.after + limit)),
    session: () => this.read(() => this.#session()),
    sessions: () => this.read(() => [this.#session()]),
    heads: () => this.read(() => [{ session_id: sessionId, last_seq: this.rows.length, version: '1' }]),
    wire: (rows: readonly MessageRow[]) => this.read(() => wire.of(rows)).then((found) => found),
  };

  #session(): SessionRow {
    const at = new Date(0);
    return {
      session_id: sessionId,
      last_seq: this.rows.length,
      version: '1',
      created_at: at,
      updated_at: at,
      resolved_at: null,
    } as SessionRow;
  }
}

/** A device that keeps what it receives and resumes after the last message it has seen. */
class Device {
  readonly seen: number[] = [];
  readonly #channels: Channels;
  readonly #rows: Rows;
  live = false;
  cut: () => void = () => {};

  constructor(channels: Channels, rows: Rows) {
    this.#channels = channels;
    this.#rows = rows;
  }

  connect(): void {
    let current = true;
    const take = (text: string | Buffer | FromServer) => {
      if (!current) return;
      const frame =
        typeof text === 'object' && 'type' in text ? text : (JSON.parse(String(text)) as FromServer);
      if (frame.type === 'message') this.seen.push(frame.message.seq);
      if (frame.type === 'messages') this.seen.push(...frame.messages.map((each) => each.seq));
      if (frame.type === 'live') this.live = true;
    };
    const connection = {
      ended: false,
      send: take,
      sendText: take,
      sendThrough: async (frame: FromServer) => {
        take(frame);
        await delay(0);
      },
    };
    this.cut();
    this.live = false;
    const subscription = new Subscription(
      connection as unknown as Connection,
      sessionId,
      this.#channels,
      this.#rows.reads,
      {
        onGone: () => {},
      },
    );
    const cut = () => {
      current = false;
      connection.ended = true;
      subscription.stop();
      if (this.cut === cut) this.live = false;
    };
    this.cut = cut;
    subscription.start(this.seen.at(-1) ?? 0).catch(cut);
  }
}

for (const seed of [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]) {
  // Seeds 1 to 6 lose invalidations and fail reads, and sweeps find what is missing. The others lose nothing, and must
  // not need a sweep.
  const lossy = seed <= 6;
  test(`every subscriber sees every message once and in order, in any order of events (seed ${seed})`, async () => {
    const random = new Random(seed);
    const rows = new Rows(random);
    const processes = [new Channels(rows.reads, wire, log), new Channels(rows.reads, wire, log)];
    const devices = Array.from({ length: 6 }, (_, n) => new Device(processes[n % 2]!, rows));
    for (let step = 0; step < 400; step++) {
      const dice = random.next();
      if (dice < 0.5) {
        const made = Array.from({ length: 1 + random.below(4) }, () => rows.add());
        const [here, there] = random.chance(0.5) ? processes : [...processes].reverse();
        if (!lossy || random.chance(0.95)) here!.stored(made.map(stored));
        // Invalidations arrive late, twice, or not at all.
        for (let times = random.below(3) + (lossy ? 0 : 1); times > 0; times--) {
          const seq = rows.rows.length - (times > 1 || lossy ? random.below(3) : 0);
          setTimeout(() => there!.invalidated([{ sessionId, seq, changed: false }]), random.below(4));
        }
      } else if (dice < 0.65) random.pick(devices).connect();
      else if (dice < 0.75) random.pick(devices).cut();
      else if (dice < 0.8 && lossy) random.pick(processes).sweep();
      else if (dice < 0.82 && lossy) rows.failing = !rows.failing;
      else await delay(random.below(3));
    }
    rows.failing = false;
    // Without losses only devices that were cut reconnect; the others must be complete as they are.
    for (const device of devices) if (lossy || !device.live) device.connect();
    const all = rows.rows.map((row) => row.seq);
    // A device may have seen all messages before it receives the `live` frame.
    await until(() => {
      if (lossy) for (const channels of processes) channels.sweep();
      return devices.every((device) => device.live && device.seen.length >= all.length);
    }, 'all devices to see all messages');
    for (const device of devices) assert.equal(device.seen, all);
    for (const device of devices) device.cut();
    assert.equal(
      processes.map((channels) => channels.size),
      [0, 0],
      'channels without subscribers are removed',
    );
    for (const channels of processes) await channels.close();
  });
}

function stored(row: MessageRow): Stored {
  return {
    message: {
      sessionId: row.session_id,
      clientMessageId: row.client_message_id,
      side: 'shopper',
      sender: null,
      senderName: null,
      kind: row.kind === 'event' ? 'product' : 'text',
      body: row.body,
      productId: null,
      attachmentId: null,
    },
    seq: row.seq,
    created_at: row.created_at,
  };
}
