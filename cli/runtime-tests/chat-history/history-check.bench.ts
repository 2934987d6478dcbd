// The history check: two processes, hundreds of participants and injected faults; afterwards it compares the histories of
// all participants. `npm run check:chat -- --seconds 600` runs longer than the tests do.
import { mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { endWithChildren, onKilled } from '../../../fixtures/bench-process.ts';
import { openClient } from '../../../sql/pool.ts';
import { ChatProcess, makeChats, prepareChatShop } from '../../test-support/chat-processes.ts';
import { Participant } from '../../test-support/participant.ts';
import { RestartablePostgres } from '../../test-support/restartable-postgres.ts';

export interface HistoryOptions {
  readonly seconds: number;
  readonly chats: number;
  /** Devices per shopper. */
  readonly devices: number;
  readonly agents: number;
  /** Messages per second of all participants together. */
  readonly rate: number;
  readonly note: (line: string) => void;
}

export interface HistoryReport {
  readonly participants: number;
  readonly sent: number;
  readonly acknowledged: number;
  /** Acknowledged messages × participants who had to see them. */
  readonly delivered: number;
  readonly lost: number;
  readonly duplicates: number;
  readonly order_faults: number;
  readonly never_sent: number;
  readonly refused: number;
  readonly cuts: number;
  readonly faults: readonly string[];
  readonly replay_ms: {
    readonly p50: number;
    readonly p95: number;
    readonly p99: number;
    readonly n: number;
  };
  /** From the close of a connection to the end of the replay on the next, backoff and failed attempts included. */
  readonly away_ms: { readonly p50: number; readonly p95: number; readonly p99: number };
}

export const defaults = { seconds: 60, chats: 100, devices: 2, agents: 10, rate: 300 } as const;

export async function checkHistory(options: HistoryOptions): Promise<HistoryReport> {
  const { chats, agents, devices, note } = options;
  const starting = RestartablePostgres.start(mkdtempSync(path.join(os.tmpdir(), 'couture-history-')));
  onKilled(async () => (await starting).remove());
  const postgres = await starting;
  const processes: ChatProcess[] = [];
  const people: Participant[] = [];
  try {
    await prepareChatShop(postgres.url);
    processes.push(new ChatProcess(postgres.url), new ChatProcess(postgres.url));
    await Promise.all(processes.map((each) => each.start()));
    const ids = await makeChats(postgres.url, chats, agents);
    const servers = () => processes.map((each) => each.url);
    const of = (role: 'customer' | 'staff', sub: string, sessionIds: string[]) =>
      new Participant({ role, sub, sessionIds, servers });
    for (let device = 0; device < devices; device++)
      people.push(...ids.map((id, n) => of('customer', `shopper-${n}`, [id])));
    for (let agent = 0; agent < agents; agent++)
      people.push(
        of(
          'staff',
          `agent-${agent}`,
          ids.filter((_, n) => n % agents === agent),
        ),
      );
    await Promise.all(people.map((each) => each.start()));
    await until(() => people.every((each) => each.isLive), 30_000, 'all participants to be live');
    note(`${people.length} participants in ${chats} chats over two processes`);
    const load = { running: true, cuts: 0 };
    const talking = talk(people, options.rate, load);
    const cutting = cut(people, load);
    const faults = await injectFaults(options, postgres, processes);
    load.running = false;
    await Promise.all([talking, cutting]);
    await settle(people);
    return report(people, faults, load.cuts);
  } finally {
    await Promise.all(people.map((each) => each.stop()));
    await Promise.all(processes.map((each) => each.end('SIGKILL')));
    await postgres.remove();
  }
}

async function talk(people: readonly Participant[], rate: number, load: { running: boolean }): Promise<void> {
  const begun = performance.now();
  for (let said = 0; load.running; ) {
    const due = ((performance.now() - begun) / 1_000) * rate;
    for (; said < due; said++) {
      const who = people[Math.floor(Math.random() * people.length)]!;
      const ids = who.options.sessionIds;
      who.write(ids[Math.floor(Math.random() * ids.length)]!);
    }
    await delay(10);
  }
}

/** Cuts every connection about every 15 s, at a random moment, without a close frame. */
async function cut(people: readonly Participant[], load: { running: boolean; cuts: number }): Promise<void> {
  const next = new Map(people.map((each) => [each, performance.now() + Math.random() * 15_000]));
  while (load.running) {
    for (const [who, at] of next) {
      if (at > performance.now()) continue;
      next.set(who, performance.now() + 10_000 + Math.random() * 10_000);
      load.cuts += 1;
      who.cut();
    }
    await delay(50);
  }
}

/** Injects the faults, spread over the duration. @returns their names */
async function injectFaults(
  { seconds, note }: HistoryOptions,
  postgres: RestartablePostgres,
  processes: readonly ChatProcess[],
): Promise<string[]> {
  const faults: string[] = [];
  const round: ReadonlyArray<readonly [string, () => Promise<void>]> = [
    ['kill -9 of one process', () => killAndStart(processes[0]!)],
    ['LISTEN cut', () => cutListeners(postgres.url)],
    ['Postgres restarted', () => postgres.restart()],
    ['kill -9 of the other process', () => killAndStart(processes[1]!)],
    ['LISTEN cut', () => cutListeners(postgres.url)],
  ];
  const begun = performance.now();
  // One round per minute; the last sixth of the time has no new faults.
  const rounds = Math.max(1, Math.round(seconds / 60));
  const pause = (seconds * 1_000 * 0.85) / (rounds * round.length);
  for (let at = 0; at < rounds * round.length; at++) {
    await delay(Math.max(0, begun + pause * (at + 0.7) - performance.now()));
    const [name, fault] = round[at % round.length]!;
    note(`${Math.round((performance.now() - begun) / 1_000)} s: ${name}`);
    faults.push(name);
    await fault();
  }
  await delay(Math.max(0, begun + seconds * 1_000 - performance.now()));
  return faults;
}

async function killAndStart(process_: ChatProcess): Promise<void> {
  await process_.end('SIGKILL');
  await delay(500);
  await process_.start();
}

async function cutListeners(url: string): Promise<void> {
  const client = await openClient(url);
  try {
    const { rowCount } = await client.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'couture chat listener'`,
    );
    if (!rowCount) throw new Error('no listener to cut');
  } finally {
    await client.end();
  }
}

/** Waits until every message is acknowledged and all participants of a chat have seen the same last message. */
async function settle(people: readonly Participant[]): Promise<void> {
  const highest = () => {
    const last = new Map<string, number>();
    for (const who of people)
      for (const [id, history] of who.histories) last.set(id, Math.max(last.get(id) ?? 0, history.last));
    return last;
  };
  await until(
    () => {
      if (people.some((each) => each.pending > 0 || !each.isLive)) return false;
      const last = highest();
      return people.every((who) =>
        [...who.histories].every(([id, history]) => history.last === last.get(id)),
      );
    },
    30_000,
    'every message to be acknowledged and seen',
  ).catch(() => {});
}

/** Compares what every participant saw with what was acknowledged and sent. */
function report(people: readonly Participant[], faults: readonly string[], cuts: number): HistoryReport {
  const sent = new Map<string, string>();
  const acknowledged = new Map<string, { session: string; seq: number }>();
  for (const who of people) {
    for (const [id, session] of who.sent) sent.set(id, session);
    for (const [id, seq] of who.acknowledged) acknowledged.set(id, { session: who.sent.get(id)!, seq });
  }
  let [delivered, lost, duplicates, orderFaults, neverSent] = [0, 0, 0, 0, 0];
  /** Chat → seq → id, from the first participant who saw it. */
  const orders = new Map<string, Map<number, string>>();
  for (const who of people) {
    for (const [session, history] of who.histories) {
      duplicates += history.duplicates;
      orderFaults += history.gaps;
      const order = orders.get(session) ?? new Map<number, string>();
      orders.set(session, order);
      const places = new Map<string, number>();
      for (const { seq, id, kind } of history.seen) {
        if (places.has(id)) duplicates += 1;
        places.set(id, seq);
        if ((order.get(seq) ?? id) !== id) orderFaults += 1;
        order.set(seq, id);
        if (kind !== 'event' && sent.get(id) !== session) neverSent += 1;
      }
      for (const [id, { session: of, seq }] of acknowledged) {
        if (of !== session) continue;
        if (!places.has(id)) lost += 1;
        else if (places.get(id) !== seq) orderFaults += 1;
        else delivered += 1;
      }
    }
  }
  return {
    participants: people.length,
    sent: sent.size,
    acknowledged: acknowledged.size,
    delivered,
    lost,
    duplicates,
    order_faults: orderFaults,
    never_sent: neverSent,
    refused: people.reduce((sum, who) => sum + who.refused.length, 0),
    cuts,
    faults,
    replay_ms: {
      ...percentiles(people.flatMap((who) => who.replays)),
      n: people.flatMap((who) => who.replays).length,
    },
    away_ms: percentiles(people.flatMap((who) => who.away.slice(1))),
  };
}

function percentiles(values: readonly number[]): { p50: number; p95: number; p99: number } {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) =>
    Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}

async function until(holds: () => boolean, milliseconds: number, what: string): Promise<void> {
  const end = performance.now() + milliseconds;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`waited ${milliseconds} ms for ${what}`);
    await delay(20);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  endWithChildren();
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: String(defaults.seconds) },
      chats: { type: 'string', default: String(defaults.chats) },
      devices: { type: 'string', default: String(defaults.devices) },
      agents: { type: 'string', default: String(defaults.agents) },
      rate: { type: 'string', default: String(defaults.rate) },
    },
  });
  const figures = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Number(value)]));
  const result = await checkHistory({
    ...defaults,
    ...figures,
    note: (line) => process.stderr.write(`${line}\n`),
  });
  console.log(JSON.stringify(result));
  process.exitCode = result.lost + result.duplicates + result.order_faults + result.never_sent > 0 ? 1 : 0;
}
