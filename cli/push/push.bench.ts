// `npm run bench:push`: sends a campaign with every message recorded in Postgres to a push service on this machine; compares
// it with web-push sending 50 at a time from memory, with sending over HTTP/1.1, and with a campaign of personal messages; then
// measures the memory of a campaign to a million subscriptions. Each runs in its own process; ends with one JSON line.
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import webpush from 'web-push';
import { benchFacts, say } from '../../fixtures/bench-facts.ts';
import { benchPostgres, endWithChildren, onKilled } from '../../fixtures/bench-process.ts';
import { generateShop } from '../../fixtures/generate/generate-shop.ts';
import { certificate } from '../../fixtures/local-certificate.ts';
import { Delivery } from '../../runtime/push/delivery.ts';
import { payloadOf } from '../../runtime/push/message.ts';
import { addPair, type KeyPair } from '../../runtime/push/vapid-keys.ts';
import { type Browser, pushServer } from '../../runtime/test-support/push-server.ts';
import { migrate } from '../../sql/migrate.ts';
import { packageRoot } from '../../sql/package-root.ts';
import { type Client, openClient } from '../../sql/pool.ts';
import { initPreset } from '../../sql/source/preset.ts';

const { values } = parseArgs({
  options: {
    /** Messages of each compared run. */
    messages: { type: 'string', default: '20000' },
    runs: { type: 'string', default: '3' },
    /** Subscriptions of the campaign whose memory is measured; 0 skips it. */
    subscriptions: { type: 'string', default: '1000000' },
    home: { type: 'string' },
    /** Set in the server and sender processes. */
    role: { type: 'string' },
  },
});
const [messages, runs, subscriptions] = [values.messages, values.runs, values.subscriptions].map(Number) as [
  number,
  number,
  number,
];

/** Number of browsers with their own keys; larger audiences share these keys, with one endpoint each. */
const browsers = 1_000;
/** Messages to verify and decrypt before timing starts. */
const checked = 500;
const title = 'New coats';
const body = 'For cold days, and for those that only look like it.';
/** The same with a name, and the first product in stock of each customer's list with its price, page and picture. */
const personal = [
  '{{name|Hello}}, new coats',
  '{{product.name|A coat}} for {{price|less}}: for cold days.',
] as const;

interface Task {
  readonly browsers: readonly Browser[];
  readonly host: string;
  readonly pair: KeyPair;
  readonly messages: number;
  readonly http2: boolean;
}

/** Speed of a process that sends. */
interface Sent {
  readonly per_s: number;
  /** Microseconds of the process's own time per message, which other processes disturb less than the rate. */
  readonly cpu: number;
}

interface Round {
  readonly plain: Sent;
  /** Delivery alone, over either protocol. */
  readonly http1: Sent;
  readonly http2: Sent;
  /** Whole campaigns, with their start. */
  readonly campaignHttp1: Sent;
  readonly campaign: Sent;
  readonly personal: Sent;
}

endWithChildren();
switch (values.role) {
  case 'service':
    await serve();
    break;
  case 'plain':
    await timed(plainly);
    break;
  case 'delivery':
    await timed(byDelivery);
    break;
  default:
    await bench();
}

async function bench(): Promise<void> {
  const postgres = await benchPostgres(values.home);
  const temporary = mkdtempSync(path.join(os.tmpdir(), 'couture-bench-'));
  onKilled(async () => rmSync(temporary, { recursive: true, force: true }));
  const service = fork(import.meta.filename, ['--role', 'service'], { stdio: 'inherit' });
  const client = await openClient(postgres.url);
  try {
    writeFileSync(path.join(temporary, 'ca.pem'), certificate);
    const [{ checking, counting, hosts }] = (await once(service, 'message')) as [Service];
    const pair = addPair({ home: temporary });
    await prepare(client, postgres.url, temporary);
    const env = {
      ...process.env,
      DATABASE_URL: postgres.url,
      COUTURE_HOME: temporary,
      COUTURE_PUSH_HOSTS: hosts.join(','),
      COUTURE_PUSH_PRIVATE: 'true',
      NODE_EXTRA_CA_CERTS: path.join(temporary, 'ca.pem'),
    };
    await subscribe(client, checking, pair.id, checked);
    await campaign(env, checked);
    service.send('how many were right?');
    const [right] = (await once(service, 'message')) as [number];
    if (right !== checked)
      throw new Error(`only ${right} of ${checked} messages could be verified and decrypted`);
    say(`${checked} messages were verified and decrypted`);

    const task: Task = { browsers: counting, host: hosts[1]!, pair, messages, http2: true };
    const rounds: Round[] = [];
    const oneCampaign = async (changes: NodeJS.ProcessEnv, texts?: readonly [string, string]) => {
      await subscribe(client, counting, pair.id, messages);
      return campaign({ ...env, ...changes }, messages, texts);
    };
    for (let run = 1; run <= runs; run++) {
      const round: Round = {
        plain: await send('plain', task, env),
        http1: await send('delivery', { ...task, http2: false }, env),
        http2: await send('delivery', task, env),
        campaignHttp1: await oneCampaign({ COUTURE_PUSH_HTTP2: 'false' }),
        campaign: await oneCampaign({}),
        personal: await oneCampaign({}, personal),
      };
      rounds.push(round);
      say(
        `run ${run}: web-push ${round.plain.per_s}/s, delivery alone ${round.http1.per_s}/s over HTTP/1.1 and ${round.http2.per_s}/s over HTTP/2, ` +
          `campaign ${round.campaignHttp1.per_s}/s and ${round.campaign.per_s}/s, personal ${round.personal.per_s}/s in ${Math.round(round.personal.cpu)} µs of CPU each`,
      );
    }
    const of = (figure: (round: Round) => number) => median(rounds.map(figure));
    const large = subscriptions > 0 ? await largeCampaign(client, counting, pair.id, env) : undefined;
    console.log(
      JSON.stringify({
        bench: 'push',
        ...benchFacts(),
        messages,
        payload_bytes: payloadOf({ title, body, url: '/' }).length,
        per_s: of((each) => each.campaign.per_s),
        cpu_us: Math.round(of((each) => each.campaign.cpu)),
        personal_per_s: of((each) => each.personal.per_s),
        personal_cpu_us: Math.round(of((each) => each.personal.cpu)),
        personal_share: ratio(rounds.map((each) => each.personal.per_s / each.campaign.per_s)),
        speedup_plain: ratio(rounds.map((each) => each.campaign.per_s / each.plain.per_s)),
        plain_per_s: of((each) => each.plain.per_s),
        delivery_per_s: of((each) => each.http2.per_s),
        delivery_speedup_plain: ratio(rounds.map((each) => each.http2.per_s / each.plain.per_s)),
        http1_per_s: of((each) => each.http1.per_s),
        http2_speedup: ratio(rounds.map((each) => each.http2.per_s / each.http1.per_s)),
        http2_cpu_share: ratio(rounds.map((each) => each.http2.cpu / each.http1.cpu)),
        campaign_http2_speedup: ratio(rounds.map((each) => each.campaign.per_s / each.campaignHttp1.per_s)),
        subscriptions,
        subscriptions_per_s: large?.per_s ?? null,
        peak_rss_bytes: large?.peak ?? null,
      }),
    );
  } finally {
    service.kill();
    await client.end();
    await postgres.release();
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** A shop in which nearly every subscriber has a list. */
async function prepare(client: Client, url: string, home: string): Promise<void> {
  await generateShop(client, { orders: 3 * messages, products: 1_000, customers: messages, seed: 3 });
  await initPreset(client, 'sample');
  await migrate(client);
  const bin = path.join(packageRoot, 'bin', 'couture.js');
  const env = { ...process.env, DATABASE_URL: url, COUTURE_HOME: home };
  const build = spawn(process.execPath, [bin, 'recs', 'build', '--force'], { env, stdio: 'ignore' });
  const [code] = await once(build, 'close');
  if (code !== 0) throw new Error(`the build ended with exit code ${code}`);
}

/** Replaces all subscriptions. */
async function subscribe(
  client: Client,
  to: readonly Browser[],
  keyId: string,
  count: number,
): Promise<void> {
  await client.query('truncate couture.push_subscription, couture.push_campaign, couture.push_delivery');
  await client.query(
    `insert into couture.push_subscription (endpoint, origin, p256dh, auth, customer_id, key_id, time_zone, topics)
     select b.endpoint || case when n > $7 then '/' || n else '' end, $1, b.p256dh, b.auth, n::text, $2, 'UTC', '{news}'
     from generate_series(1, $3::int) n
     join unnest($4::text[], $5::text[], $6::text[]) with ordinality as b (endpoint, p256dh, auth, place)
       on b.place = 1 + n % $7::int order by n`,
    [
      new URL(to[0]!.endpoint).origin,
      keyId,
      count,
      to.map(({ endpoint }) => endpoint),
      to.map(({ p256dh }) => p256dh),
      to.map(({ auth }) => auth),
      to.length,
    ],
  );
  await client.query('vacuum analyze couture.push_subscription');
}

/** Runs `couture push send` as a process; returns its speed and peak memory. */
async function campaign(
  env: NodeJS.ProcessEnv,
  count: number,
  [shownTitle, shownBody]: readonly [string, string] = [title, body],
): Promise<Sent & { peak: number }> {
  const bin = path.join(packageRoot, 'bin', 'couture.js');
  const words = ['push', 'send', '--title', shownTitle, '--body', shownBody, '--all', '--yes', '--json'];
  const child = spawn(process.execPath, [bin, ...words], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let [said, peak, cpu] = ['', 0, 0];
  child.stdout.on('data', (data) => (said += String(data)));
  const watch = setInterval(() => {
    peak = Math.max(peak, peakBytes(child.pid!));
    cpu = Math.max(cpu, cpuMicroseconds(child.pid!));
  }, 100);
  await once(child, 'close');
  clearInterval(watch);
  const report = JSON.parse(said) as { accepted: number; started_at: string; finished_at: string };
  if (report.accepted !== count)
    throw new Error(`only ${report.accepted} of ${count} messages were accepted`);
  const seconds = (Date.parse(report.finished_at) - Date.parse(report.started_at)) / 1_000;
  return { per_s: Math.round(count / seconds), cpu: cpu / count, peak };
}

async function largeCampaign(client: Client, to: readonly Browser[], keyId: string, env: NodeJS.ProcessEnv) {
  say(`making ${subscriptions} subscriptions`);
  await subscribe(client, to, keyId, subscriptions);
  const large = await campaign(env, subscriptions);
  say(
    `${subscriptions} subscriptions: ${large.per_s}/s, at most ${Math.round(large.peak / 1e6)} MB resident`,
  );
  return large;
}

/** Peak resident memory of a process; 0 once it has exited. */
function peakBytes(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1_024;
  } catch {
    return 0;
  }
}

/** CPU time of a process and its threads, in user and in system mode; 0 once it has exited. */
function cpuMicroseconds(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // In ticks of 10 ms (proc(5)).
    return (Number(fields[11]) + Number(fields[12])) * 10_000;
  } catch {
    return 0;
  }
}

/** Runs a role in its own process. */
async function send(role: 'plain' | 'delivery', task: Task, env: NodeJS.ProcessEnv): Promise<Sent> {
  const child = fork(import.meta.filename, ['--role', role], { env, stdio: 'inherit' });
  child.send(task);
  const [sent] = (await once(child, 'message')) as [Sent];
  await once(child, 'exit');
  return sent;
}

async function timed(work: (task: Task) => Promise<void>): Promise<void> {
  const [task] = (await once(process, 'message')) as [Task];
  // Warm-up: compiles code and opens connections.
  await work({ ...task, messages: 1_000 });
  const [begun, used] = [performance.now(), process.cpuUsage()];
  await work(task);
  const { user, system } = process.cpuUsage(used);
  process.send!({
    per_s: Math.round(task.messages / ((performance.now() - begun) / 1_000)),
    cpu: (user + system) / task.messages,
  } satisfies Sent);
  process.exit(0);
}

/** Uses web-push as its README shows, with bounded concurrency. Node's own agent keeps connections open. */
function plainly({ browsers: to, pair, messages: count }: Task): Promise<void> {
  const vapidDetails = { ...pair, subject: 'mailto:shop@shop.example' };
  const payload = payloadOf({ title, body, url: '/' });
  return inLanes(50, count, async (n) => {
    const { endpoint, p256dh, auth } = to[n % to.length]!;
    await webpush.sendNotification({ endpoint, keys: { p256dh, auth } }, payload, {
      vapidDetails,
      TTL: 86_400,
    });
  });
}

async function byDelivery({ browsers: to, host, pair, messages: count, http2 }: Task): Promise<void> {
  const keys = { pairs: [pair] as const, contact: 'mailto:shop@shop.example', file: undefined };
  const network = { hosts: [host], allowPrivate: true, http2 };
  const delivery = new Delivery({ keys, network, concurrency: 50 });
  const payload = payloadOf({ title, body, url: '/' });
  await inLanes(50, count, async (n) => {
    const target = { ...to[n % to.length]!, keyId: pair.id };
    const { state } = await delivery.send(target, payload, { ttl: 86_400, urgency: 'normal' });
    if (state !== 'accepted') throw new Error(`a message was ${state}`);
  });
  delivery.close();
}

async function inLanes(lanes: number, count: number, work: (n: number) => Promise<void>): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      while (next < count) await work(next++);
    }),
  );
}

interface Service {
  readonly checking: readonly Browser[];
  readonly counting: readonly Browser[];
  readonly hosts: readonly [checking: string, counting: string];
}

/** Starts two push services: one that verifies and decrypts, one that answers immediately. */
async function serve(): Promise<void> {
  const [checking, counting] = await Promise.all([
    pushServer({ http2: {} }),
    pushServer({ check: false, keep: false, http2: {} }),
  ]);
  const some = (server: typeof checking) =>
    Array.from({ length: browsers }, (_, n) => server.browser(String(n)));
  process.on('message', () => {
    const right = checking.got.filter(({ payload, sender }) => sender && payload?.includes(title));
    process.send!(new Set(right.map((each) => each.path)).size);
  });
  process.send!({
    checking: some(checking),
    counting: some(counting),
    hosts: [checking.host, counting.host],
  } satisfies Service);
}

function median(figures: readonly number[]): number {
  return [...figures].sort((one, other) => one - other)[Math.floor(figures.length / 2)]!;
}

function ratio(figures: readonly number[]): number {
  return Number(median(figures).toFixed(2));
}
