// A day of 400 chats, 8 agents and 2 teams, in steps of ten seconds, dispatched by two processes. Time passes by moving what
// Postgres compares with its clock into the past, so everything but the clock is real. `couture chat report` on it is a hand count.
import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { migratedDatabase } from '../../fixtures/database.ts';
import { Random } from '../../fixtures/random.ts';
import { assert, suite } from '../../fixtures/suite.ts';
import { BusinessHours } from '../../runtime/chat/business-hours.ts';
import { Dispatcher } from '../../runtime/chat/queues/dispatcher.ts';
import { ResponseTargets } from '../../runtime/chat/queues/response-targets.ts';
import { type Client, openClient, openPool, type Pool } from '../../sql/pool.ts';
import { holdConsoles } from '../../sql/store/chat/consoles.ts';
import { appendMessages } from '../../sql/store/chat/messages.ts';
import { writeRating } from '../../sql/store/chat/ratings.ts';
import { takeStep } from '../../sql/store/chat/states.ts';
import { setTeam } from '../../sql/store/chat/teams.ts';

import { chatReport } from '../chat-report/chat-report.ts';
import { countByHand, round } from '../test-support/counted-chats.ts';

const test = suite('a simulated day of chats');

/** Seconds. */
const [step, dayLength, target, answerWithin] = [10, 8 * 3_600, 180, 60];
const rules = { capacity: 4, answerWithin };
const teams: Record<string, string[]> = { returns: ['a', 'b', 'c', 'd'], sales: ['e', 'f', 'g', 'h'] };
const subs = Object.values(teams).flat();

/** What the test knows of a chat, in seconds of the day. */
interface Chat {
  readonly id: string;
  readonly team: string;
  readonly arrived: number;
  owner?: string | undefined;
  /** When the owner will answer; Infinity: never. */
  answers: number;
  answered?: number;
  ends: number;
  /** Who answered, and the rating after the end. */
  agent?: string;
  resolved?: number;
  score?: number;
  assignments: number;
  passes: number;
}

/** When agents are gone: lunch one after the other, `returns` all together for ten minutes, two leave early. */
function isOnline(sub: string, at: number): boolean {
  const place = subs.indexOf(sub);
  const lunch = 3 * 3_600 + place * 1_800;
  if (at >= lunch && at < lunch + 1_700) return false;
  if (teams.returns!.includes(sub) && at >= 2 * 3_600 && at < 2 * 3_600 + 600) return false;
  return !(['b', 'g'].includes(sub) && at >= 6 * 3_600 + 900);
}

/** A day of another seed brings no other situation; COUTURE_TEST_DAYS=20 draws more of them. */
for (let seed = 1; seed <= Number(process.env.COUTURE_TEST_DAYS ?? 1); seed++)
  test(
    `no shopper is forgotten, loads are even, nothing is owned twice (seed ${seed})`,
    () => simulate(seed),
    { timeout: 900_000 },
  );

async function simulate(seed: number): Promise<void> {
  const database = await migratedDatabase();
  const client = await openClient(database.url);
  const pools = [0, 1].map(() => openPool(database.url, { max: 3 }));
  try {
    await new Day(client, pools, seed).run();
  } finally {
    for (const pool of pools) await pool.end();
    await client.end();
    await database.drop();
  }
}

class Day {
  readonly #client: Client;
  readonly #pool: Pool;
  readonly #dispatchers: readonly Dispatcher[];
  readonly #chats = new Map<string, Chat>();
  readonly #draws: Random;
  readonly #alarms = new Set<string>();
  /** Agent → until when they may have fewer chats than the others, because one that they let pass is kept from them. */
  readonly #passedUntil = new Map<string, number>();
  /** Chats that were assigned in this step, with their agents. */
  #given: Array<{ id: string; sub: string }> = [];
  #now = 0;
  #maxLoads = 0;

  constructor(client: Client, pools: readonly Pool[], seed: number) {
    this.#client = client;
    this.#pool = pools[0]!;
    this.#draws = new Random(seed);
    const write = (line: string) => {
      const { event, chat } = JSON.parse(line) as { event?: string; chat: string };
      if (event !== 'chat_target_missed') return;
      assert.not.ok(this.#alarms.has(chat), 'one alarm for each wait');
      this.#alarms.add(chat);
    };
    const hours = new BusinessHours(undefined, 'UTC');
    this.#dispatchers = pools.map(
      (pool) =>
        new Dispatcher({
          pool,
          log: pino({ level: 'warn' }, { write }),
          rules,
          targets: new ResponseTargets(hours, target * 1_000),
          hours,
          onMoved: () => {},
          onAssigned: ({ session_id, assigned_to }) =>
            this.#given.push({ id: session_id, sub: assigned_to! }),
          onWaiting: () => {},
        }),
    );
  }

  async run(): Promise<void> {
    for (const [team, members] of Object.entries(teams)) await setTeam(this.#client, team, { members });
    await this.#client.query('insert into couture.chat_agent (sub) select unnest($1::text[])', [subs]);
    const arrivals = Array.from({ length: 400 }, () => this.#draws.next() * (dayLength - 3_600)).sort(
      (x, y) => x - y,
    );
    // After the shop closes, agents finish what is open.
    for (; this.#now < dayLength || [...this.#chats.values()].some(isOpen); this.#now += step) {
      assert.ok(this.#now < 2 * dayLength, 'all chats end');
      while (arrivals.length > 0 && arrivals[0]! <= this.#now) {
        arrivals.shift();
        await this.#arrive();
      }
      await this.#act();
      const online = subs.filter((sub) => isOnline(sub, this.#now));
      await holdConsoles(
        this.#client,
        'day',
        online.map((sub) => ({ sub, visible: true })),
      );
      await Promise.all(this.#dispatchers.map((each) => each.round()));
      await this.#check(online);
      await this.#pass();
    }
    await this.#compareFigures();
    await this.#compareReport();
  }

  async #arrive(): Promise<void> {
    const team = this.#draws.next() < 0.5 ? 'returns' : 'sales';
    const { rows } = await this.#client.query<{ session_id: string }>(
      `insert into couture.chat_session (visitor_key, last_seq, team_id) values ('guest:' || gen_random_uuid(), 1, $1)
       returning session_id`,
      [team],
    );
    const id = rows[0]!.session_id;
    const chat = {
      id,
      team,
      arrived: this.#now,
      answers: Infinity,
      ends: Infinity,
      assignments: 0,
      passes: 0,
    };
    this.#chats.set(id, chat);
  }

  /** Agents answer and resolve what is due. */
  async #act(): Promise<void> {
    for (const chat of this.#chats.values()) {
      const { id, owner } = chat;
      if (!owner) continue;
      const agent = { sub: owner, name: null };
      if (chat.answered === undefined && chat.answers <= this.#now && isOnline(owner, this.#now)) {
        const said = {
          sessionId: id,
          clientMessageId: randomUUID(),
          side: 'staff',
          kind: 'text',
          body: 'Hello',
        };
        const content = { sender: owner, senderName: null, productId: null, attachmentId: null };
        const [outcome] = await appendMessages(this.#pool, [{ ...said, ...content } as never]);
        assert.is(outcome!.outcome, 'stored', 'the owner may write');
        chat.answered = this.#now;
        chat.agent = owner;
        chat.ends = this.#now + 300 + this.#draws.next() * 1_500;
      } else if (chat.ends <= this.#now) {
        assert.ok(await takeStep(this.#client, id, { to: 'resolve' }, { agent, admin: false }));
        chat.owner = undefined;
        chat.resolved = this.#now;
        if (this.#draws.next() < 0.3) await this.#rate(chat);
      }
    }
  }

  async #rate(chat: Chat): Promise<void> {
    chat.score = 1 + this.#draws.below(5);
    assert.ok(await writeRating(this.#client, chat.id, { score: chat.score, comment: null }));
  }

  /** Compares the rows with what the test has counted, after both processes have dispatched. */
  async #check(online: readonly string[]): Promise<void> {
    const { rows } = await this.#client.query<{
      session_id: string;
      state: string;
      assigned_to: string | null;
      late: boolean;
    }>(
      `select session_id, state, assigned_to,
         unanswered_since < now() - make_interval(secs => $1) and missed_at is null as late
       from couture.chat_session where state in ('waiting', 'active')`,
      [target + step],
    );
    assert.equal(
      rows.filter(({ late }) => late).map(({ session_id }) => session_id),
      [],
      'a shopper waits longer than the target without an alarm',
    );
    for (const { session_id, state } of rows) {
      const chat = this.#chats.get(session_id)!;
      if (state === 'waiting' || this.#given.some(({ id }) => id === session_id)) this.#letPass(chat);
    }
    for (const { id, sub } of this.#given) {
      const chat = this.#chats.get(id)!;
      assert.is(chat.owner, undefined, 'a chat was given to a second owner');
      chat.owner = sub;
      chat.assignments += 1;
      // One in fifteen is not answered at all.
      chat.answers = this.#draws.next() < 1 / 15 ? Infinity : this.#now + 5 + this.#draws.next() * 40;
    }
    for (const { session_id, assigned_to } of rows)
      assert.is(this.#chats.get(session_id)!.owner ?? null, assigned_to);
    this.#checkLoads(
      online,
      rows.filter(({ state }) => state === 'active').map((row) => row.assigned_to!),
    );
    this.#given = [];
  }

  /** The owner has not answered in time, or has left. */
  #letPass(chat: Chat): void {
    if (!chat.owner) return;
    assert.is(chat.answered, undefined, 'an answered chat stays with its agent');
    this.#passedUntil.set(chat.owner, this.#now + answerWithin + step);
    chat.passes += 1;
    chat.owner = undefined;
  }

  /** The agent who was given a chat has at most one more open chat than any other available agent of the team. */
  #checkLoads(online: readonly string[], owners: readonly string[]): void {
    const loadOf = (sub: string) => owners.filter((each) => each === sub).length;
    for (const { id, sub } of this.#given) {
      assert.ok(online.includes(sub), 'an agent who is offline got a chat');
      const { team } = this.#chats.get(id)!;
      assert.ok(teams[team]!.includes(sub), 'an agent of another team got a chat');
      assert.ok(loadOf(sub) <= rules.capacity, 'an agent has more than their capacity');
      const others = teams[team]!.filter(
        (each) => online.includes(each) && (this.#passedUntil.get(each) ?? 0) <= this.#now,
      );
      const least = Math.min(...others.map(loadOf));
      assert.ok(loadOf(sub) <= least + 1, `${sub} has ${loadOf(sub)} chats, another ${least}`);
      this.#maxLoads = Math.max(this.#maxLoads, loadOf(sub));
    }
  }

  async #pass(): Promise<void> {
    await this.#client.query(
      `with passed as (select make_interval(secs => ${step}) as by),
         consoles as (update couture.chat_console set until = until - by from passed),
         agents as (update couture.chat_agent set last_assigned_at = last_assigned_at - by from passed)
       update couture.chat_session set waiting_since = waiting_since - by, unanswered_since = unanswered_since - by,
         assigned_at = assigned_at - by, passed_at = passed_at - by
       from passed where state in ('waiting', 'active')`,
    );
  }

  async #compareFigures(): Promise<void> {
    const { rows } = await this.#client.query<{ session_id: string; missed: boolean; events: string }>(
      `select session_id, missed_at is not null as missed,
         (select string_agg(body, ' ' order by seq) from couture.chat_message m
          where m.session_id = s.session_id and m.kind = 'event') as events
       from couture.chat_session s`,
    );
    assert.is(rows.length, 400);
    for (const { session_id, events } of rows) {
      const { assignments, passes } = this.#chats.get(session_id)!;
      assert.is(assignments, passes + 1);
      assert.is(events, `${'assigned unanswered '.repeat(passes)}assigned resolved`);
    }
    const chats = [...this.#chats.values()];
    const total = (count: (chat: Chat) => number) => chats.reduce((sum, chat) => sum + count(chat), 0);
    const figure = (read: (each: Dispatcher) => number) =>
      this.#dispatchers.reduce((sum, each) => sum + read(each), 0);
    const hand = { assigned: total((chat) => chat.assignments), passed: total((chat) => chat.passes) };
    assert.equal({ assigned: figure((each) => each.assigned), passed: figure((each) => each.passed) }, hand);
    assert.is(
      figure((each) => each.missed),
      this.#alarms.size,
    );
    assert.equal(new Set(rows.filter(({ missed }) => missed).map((row) => row.session_id)), this.#alarms);
    // A wait that ends within a step of the target may be on either side.
    for (const { id, answered, arrived } of chats)
      if (Math.abs(answered! - arrived - target) > step)
        assert.is(this.#alarms.has(id), answered! - arrived > target, `waited ${answered! - arrived} s`);
    const facts = { ...hand, missed: this.#alarms.size, highest_load: this.#maxLoads };
    assert.ok(facts.missed > 0 && facts.passed > 20 && facts.highest_load > 1, JSON.stringify(facts));
    console.log(JSON.stringify({ chats: chats.length, ...facts }));
  }

  /** Puts the rows onto the day's clock, and compares `couture chat report` with what the test has counted. */
  async #compareReport(): Promise<void> {
    const chats = [...this.#chats.values()];
    const from = new Date('2026-03-02T00:00:00Z');
    const seconds = (read: (chat: Chat) => number) => chats.map(read);
    const times = [
      chats.map(({ id }) => id),
      seconds((chat) => chat.arrived),
      seconds((chat) => chat.answered!),
      seconds((chat) => chat.resolved!),
      from,
    ];
    await this.#client.query(
      `with day as (select * from unnest($1::uuid[], $2::float8[], $3::float8[], $4::float8[]) as d (id, arrived, answered, resolved)),
         answers as (
           update couture.chat_message set created_at = $5::timestamptz + make_interval(secs => answered)
           from day where session_id = id and side = 'staff')
       update couture.chat_session set created_at = $5::timestamptz + make_interval(secs => arrived),
         resolved_at = $5::timestamptz + make_interval(secs => resolved)
       from day where session_id = id`,
      times,
    );
    const {
      all,
      teams: byTeam,
      agents: byAgent,
      hours,
    } = await chatReport({
      ...{ client: this.#client, source: this.#client, from, to: new Date('2026-03-03T00:00:00Z') },
      ...{ windowDays: 7, detect: 0.05, signal: new AbortController().signal, timeZone: 'UTC' },
    });
    const shown = ({ of: _, id: __, name: ___, ...figures }: typeof all) => ({
      ...figures,
      first_response: figures.first_response!.map(round),
      resolution: figures.resolution!.map(round),
      score: round(figures.score!),
    });
    const byHand = (whose: (chat: Chat) => boolean) =>
      countByHand(
        chats.filter(whose).map(({ id, arrived, answered, resolved, score }) => ({
          ...{ arrived, answered: answered!, resolved: resolved!, score },
          missed: this.#alarms.has(id),
        })),
      );
    assert.equal(
      shown(all),
      byHand(() => true),
    );
    assert.equal(byTeam.map(({ id }) => id).sort(), Object.keys(teams).sort());
    for (const each of byTeam)
      assert.equal(
        shown(each),
        byHand(({ team }) => team === each.id),
        each.id!,
      );
    assert.equal(byAgent.map(({ id }) => id).sort(), [...subs].sort());
    for (const each of byAgent)
      assert.equal(
        shown(each),
        byHand(({ agent }) => agent === each.id),
        each.id!,
      );
    const perHour = hours.map(
      (_, hour) => chats.filter(({ arrived }) => Math.floor(arrived / 3_600) === hour).length,
    );
    assert.equal(hours, perHour);
  }
}

function isOpen({ answered, owner }: Chat): boolean {
  return answered === undefined || owner !== undefined;
}
