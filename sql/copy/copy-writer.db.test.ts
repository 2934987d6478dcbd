// CopyWriter against Postgres: Postgres reads back the values that were written.
import { testDatabase } from '../../fixtures/database.ts';
import { assert, rejects, suite } from '../../fixtures/suite.ts';
import { type Client, openClient } from '../pool.ts';
import { copyIn } from './copy.ts';
import { CopyEncoder } from './copy-encoder.ts';
import { CopyWriter, copyRows } from './copy-writer.ts';

const test = suite<{ client: Client; drop: () => Promise<void> }>('copy writer');

test.before(async (context) => {
  const database = await testDatabase();
  context.client = await openClient(database.url);
  context.drop = database.drop;
});

test.after(async ({ client, drop }) => {
  await client?.end();
  await drop?.();
});

/** COPYs one column of `type` and reads it back as text, in order. */
async function roundTrip<T>(
  client: Client,
  type: string,
  values: readonly T[],
  write: (writer: CopyEncoder, value: T) => void,
): Promise<(string | null)[]> {
  await client.query(`drop table if exists round_trip; create table round_trip (n serial, v ${type})`);
  const rows = await copyRows(client, 'round_trip (v)', values, (writer, value) => {
    writer.row(1);
    write(writer, value);
  });
  assert.is(rows, values.length);
  const result = await client.query<{ v: string | null }>('select v::text as v from round_trip order by n');
  return result.rows.map((row) => row.v);
}

test('integers round-trip up to the limits of their types', async ({ client }) => {
  const small = [0, 1, -1, 32_767, -32_768];
  assert.equal(await roundTrip(client, 'int2', small, (w, v) => w.int2(v)), small.map(String));
  const medium = [0, -1, 65_536, 2_147_483_647, -2_147_483_648];
  assert.equal(await roundTrip(client, 'int4', medium, (w, v) => w.int4(v)), medium.map(String));
  const large = [0, -1, -4_294_967_296, 4_294_967_295, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER];
  assert.equal(await roundTrip(client, 'int8', large, (w, v) => w.int8(v)), large.map(String));
  const huge = [2n ** 53n + 1n, 2n ** 63n - 1n, -(2n ** 63n), -1n];
  assert.equal(await roundTrip(client, 'int8', huge, (w, v) => w.int8(v)), huge.map(String));
});

test('a number out of range is rejected instead of wrapped', () => {
  const encoder = new CopyEncoder();
  assert.throws(() => encoder.int2(32_768), /32768 is out of range for int2/);
  assert.throws(() => encoder.int4(2 ** 31), /is out of range for int4/);
  assert.throws(() => encoder.int4(1.5), /1.5 is out of range for int4/);
  assert.throws(() => encoder.int8(2 ** 53), /is out of range for int8/);
  assert.throws(() => encoder.int8(2n ** 63n), /is out of range for int8/);
  assert.throws(() => encoder.numericCents(0.5), /is out of range for numeric cents/);
  assert.is(encoder.length, 0);
});

test('floating point numbers, infinities and NaN round-trip', async ({ client }) => {
  const values = [0, -1.5, 1e-7, Number.POSITIVE_INFINITY, Number.NaN];
  const read = ['0', '-1.5', '1e-07', 'Infinity', 'NaN'];
  assert.equal(await roundTrip(client, 'float4', values, (w, v) => w.float4(v)), read);
  assert.equal(await roundTrip(client, 'float8', values, (w, v) => w.float8(v)), read);
});

test('cents become numeric with two decimals', async ({ client }) => {
  const cents = [0, 1, -1, 99, 100, 12_345, -12_345, 1_000_000, 100_000_000, 123_456_789_012, 2 ** 53 - 1];
  const read = cents.map((value) => {
    const digits = String(Math.abs(value)).padStart(3, '0');
    return `${value < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
  });
  assert.equal(await roundTrip(client, 'numeric', cents, (w, v) => w.numericCents(v)), read);
  assert.equal(
    await roundTrip(client, 'numeric(10,2)', cents.slice(0, 8), (w, v) => w.numericCents(v)),
    read.slice(0, 8),
  );
});

test('amounts become numeric with the decimals of their shortest form', async ({ client }) => {
  const amounts = [
    0, 9, 9.5, -12.34, 0.1, 0.125, 1234567.891, 19_999.9999, 1e-7, 0.00012, 999_999_999_999,
    -1_000_000.000001, 10_000.0001,
  ];
  const read = amounts.map((value) => (value === 1e-7 ? '0.0000001' : String(value)));
  assert.equal(await roundTrip(client, 'numeric', amounts, (w, v) => w.numeric(v)), read);
});

test('text of every script round-trips', async ({ client }) => {
  const values = [
    '',
    'plain',
    'Größe 38 – ½',
    '京都の着物',
    '👗🧥',
    'tab\tnew\nline\\N',
    'x'.repeat(3_000_000),
  ];
  assert.equal(await roundTrip(client, 'text', values, (w, v) => w.text(v)), values);
});

test('booleans, timestamps and nulls round-trip', async ({ client }) => {
  assert.equal(await roundTrip(client, 'bool', [true, false], (w, v) => w.bool(v)), ['true', 'false']);
  const instants = ['1969-12-31T23:59:59.999Z', '2000-01-01T00:00:00Z', '2026-02-28T12:34:56.789Z'];
  await roundTrip(client, 'timestamptz', instants, (w, v) => w.timestamptz(Date.parse(v)));
  const read = await client.query<{ v: Date }>('select v from round_trip order by n');
  assert.equal(
    read.rows.map((row) => row.v.getTime()),
    instants.map((text) => Date.parse(text)),
  );
  assert.equal(
    await roundTrip(client, 'int4', [null, 7, null], (w, v) => (v === null ? w.null() : w.int4(v))),
    [null, '7', null],
  );
});

test('slices of typed arrays become arrays, and an empty slice an empty array', async ({ client }) => {
  const ranges = [
    [0, 5],
    [1, 3],
    [2, 2],
  ] as const;
  const ints = Int32Array.of(1, -2, 2_147_483_647, -2_147_483_648, 0);
  assert.equal(await roundTrip(client, 'int[]', ranges, (w, [from, to]) => w.int4Array(ints, from, to)), [
    '{1,-2,2147483647,-2147483648,0}',
    '{-2,2147483647}',
    '{}',
  ]);
  const shorts = Int16Array.of(1, -2, 32_767, -32_768, 0);
  assert.equal(
    await roundTrip(client, 'smallint[]', ranges, (w, [from, to]) => w.int2Array(shorts, from, to)),
    ['{1,-2,32767,-32768,0}', '{-2,32767}', '{}'],
  );
  const reals = Float32Array.of(0.5, -0.25, 1024, 3e-5, 0);
  assert.equal(await roundTrip(client, 'real[]', ranges, (w, [from, to]) => w.float4Array(reals, from, to)), [
    '{0.5,-0.25,1024,3e-05,0}',
    '{-0.25,1024}',
    '{}',
  ]);
  // The first element has subscript 1, as in arrays created by SQL.
  const first = await client.query<{ v: number }>('select v[1] as v from round_trip order by n');
  assert.equal(
    first.rows.map((row) => row.v),
    [0.5, -0.25, null],
  );
});

test('arrays of text keep quotes, commas and nulls', async ({ client }) => {
  const values = [['wool', 'a "quoted", word', ''], [null, '羊毛'], []];
  await roundTrip(client, 'text[]', values, (w, v) => w.textArray(v));
  const read = await client.query<{ v: unknown }>('select v from round_trip order by n');
  assert.equal(
    read.rows.map((row) => row.v),
    values,
  );
});

test('many buffers arrive intact although only two alternate', async ({ client }) => {
  await client.query('drop table if exists many; create table many (a int, b text)');
  const stream = copyIn(client, 'many (a, b)');
  const writer = new CopyWriter(300_000);
  writer.header();
  for (let n = 0; n < 100_000; n++) {
    writer.row(2);
    writer.int4(n);
    writer.text(`row ${n} ${'.'.repeat(n % 50)}`);
    if (writer.full) await writer.flush(stream);
  }
  await writer.end(stream);
  const wrong = await client.query<{ n: number }>(
    `select count(*)::int as n from generate_series(0, 99999) g(a) left join many m
     on m.a = g.a and m.b = 'row ' || g.a || ' ' || repeat('.', g.a % 50) where m.a is null`,
  );
  assert.is(wrong.rows[0]?.n, 0);
});

test('taken bytes are not overwritten by the next rows', () => {
  const encoder = new CopyEncoder(16);
  encoder.int4(1);
  const first = encoder.take();
  encoder.int4(2);
  assert.is(first.toString('hex'), '0000000400000001');
  assert.is(encoder.take().toString('hex'), '0000000400000002');
  assert.is(encoder.length, 0);
});

test('a row that Postgres rejects fails with Postgres’s message, and the connection stays usable', async ({
  client,
}) => {
  await client.query('drop table if exists narrow; create table narrow (a int primary key)');
  const rows = Array.from({ length: 200_000 }, (_, n) => (n === 10 ? 9 : n));
  await rejects(
    () =>
      copyRows(client, 'narrow (a)', rows, (writer, value) => {
        writer.row(1);
        writer.int4(value);
      }),
    /duplicate key value/,
  );
  assert.is((await client.query<{ n: number }>('select count(*)::int as n from narrow')).rows[0]?.n, 0);
  await rejects(() => copyRows(client, 'no_such_table (a)', rows, (w) => w.row(0)), /no_such_table/);
  assert.is((await client.query<{ n: number }>('select 1 as n')).rows[0]?.n, 1);
});

test('an error while producing rows aborts the COPY and leaves no rows', async ({ client }) => {
  await client.query('drop table if exists broken; create table broken (a int)');
  await rejects(
    () =>
      copyRows(client, 'broken (a)', Array(100_000).keys(), (writer, n) => {
        if (n === 99_000) throw new Error('the source failed');
        writer.row(1);
        writer.int4(n);
      }),
    /the source failed/,
  );
  assert.is((await client.query<{ n: number }>('select count(*)::int as n from broken')).rows[0]?.n, 0);
});

test('a COPY fails instead of hanging when its connection dies', async ({ client }) => {
  const own = await openClient(urlOf(client));
  await own.query('create temporary table doomed (a int)');
  const pid = (await own.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]!.pid;
  async function* endless(): AsyncGenerator<number> {
    for (let n = 0; ; n++) {
      if (n === 500_000) await client.query('select pg_terminate_backend($1)', [pid]);
      yield n;
    }
  }
  await rejects(
    () =>
      copyRows(own, 'doomed (a)', endless(), (writer, value) => {
        writer.row(1);
        writer.int4(value);
      }),
    /terminat|closed|ended|reset|EPIPE/i,
  );
  await own.end().catch(() => {});
});

function urlOf(client: Client): string {
  const { user, password, host, port, database } = client;
  return `postgres://${user}:${encodeURIComponent(password ?? '')}@${host}:${port}/${database}`;
}
