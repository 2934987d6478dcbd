// The checks of `couture doctor`: machine, Postgres, privileges, tables, source views. Each check passes, warns or fails.
import { statfsSync } from 'node:fs';
import process from 'node:process';
import { finished } from 'node:stream/promises';
import type { Config } from '../../runtime/core/options.ts';
import { copyOut } from '../../sql/copy/copy.ts';
import { redactUrl } from '../../sql/errors.ts';
import { machineMemory } from '../../sql/machine-memory.ts';
import { migrationState, oldestServer, otherEncoding, serverEncoding } from '../../sql/migrate.ts';
import { type Client, openClient, quoteIdentifier } from '../../sql/pool.ts';
import { detectPlatforms } from '../../sql/source/detect-platform.ts';
import { missingGrants, plannedGrants } from '../../sql/source/missing-grants.ts';
import { viewsDroppedAt } from '../../sql/source/saved-views.ts';
import { grantHint } from '../../sql/source/schema-grants.ts';
import { type SourceViewName, sourceViewNames } from '../../sql/source/source-contract.ts';
import { inspectSource, missingOptional, type SourceReport } from '../../sql/source/source-views.ts';
import { serverFacts } from '../../sql/store/builds/database-status.ts';
import { writesWatchLists } from '../../sql/store/shop/watch-list.ts';
import { bytes, count } from '../terminal/figures.ts';
import { moment } from '../terminal/times.ts';
import { checkContent, contentFacts } from './content/check-content.ts';

export interface Check {
  readonly name: string;
  readonly state: 'ok' | 'warn' | 'fail';
  readonly detail: string;
  /** How to fix it; empty if the check passed. */
  readonly hint: string;
}

export interface DoctorReport {
  readonly checks: readonly Check[];
  /** Undefined if the database could not be reached. */
  readonly source: SourceReport | undefined;
}

export interface DoctorTarget {
  readonly config: Config;
  database(): Promise<string>;
  source(): Promise<string>;
}

/** Beyond this difference between the clocks, new orders can appear to be in the future. */
const clockToleranceMs = 60_000;

/** Runs all checks, skipping those that depend on a failed one. */
export async function runChecks(target: DoctorTarget): Promise<DoctorReport> {
  const checks: Check[] = [checkNode(process.versions.node), checkMemory(target.config.memory), checkDisk()];
  const client = await reach('Postgres', target.database, checks);
  if (!client) return { checks, source: undefined };
  try {
    await checkServer(client, checks);
    await attempt('rights', checks, () => checkRights(client));
    const dropped = await viewsDroppedAt(client);
    if (dropped) checks.push(droppedViews(dropped));
    await attempt('migrations', checks, () => checkMigrations(client));
    return { checks, source: await checkSource(target, client, checks) };
  } finally {
    await client.end();
  }
}

async function checkSource(
  target: DoctorTarget,
  client: Client,
  checks: Check[],
): Promise<SourceReport | undefined> {
  const elsewhere = target.config.sourceUrl !== undefined;
  const source = elsewhere ? await reach('order source', target.source, checks) : client;
  if (!source) return undefined;
  try {
    const report = await inspectSource(source);
    for (const name of sourceViewNames) checks.push(checkView(report, name));
    if (elsewhere) await attempt('serving', checks, () => checkServing(client));
    if (report.views.watchlist.exists) await attempt('watch lists', checks, () => checkWatchLists(client));
    for (const line of report.warnings) checks.push(warn('times', line, ''));
    if (report.problems.length === 0) {
      await addContent(source, target.config, checks);
      await attempt('COPY', checks, () => checkCopy(source));
    }
    return report;
  } finally {
    if (source !== client) await source.end();
  }
}

export const ok = (name: string, detail: string): Check => ({ name, state: 'ok', detail, hint: '' });
const warn = (name: string, detail: string, hint: string): Check => ({ name, state: 'warn', detail, hint });
export const fail = (name: string, detail: string, hint: string): Check => ({
  name,
  state: 'fail',
  detail,
  hint,
});

export function checkNode(version: string): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return ok('Node', version);
  return fail('Node', `${version} is too old`, 'Install Node 20.19 or newer.');
}

/** A build of two million lines takes 500 MB however low its limit is, and is killed with less. */
const minMemory = 512 * 2 ** 20;

function checkMemory(limit: number): Check {
  const available = machineMemory();
  const detail = `${bytes(available)} of memory, build limit ${bytes(limit)}`;
  if (available <= limit)
    return warn(
      'memory',
      detail,
      `Lower the limit, for example COUTURE_MEMORY=${Math.floor(available / 2 ** 21)}m.`,
    );
  return available >= minMemory
    ? ok('memory', detail)
    : warn('memory', detail, 'Node and its threads need about 500 MB besides: give large builds 1 GB.');
}

function checkDisk(): Check {
  const { bavail, bsize } = statfsSync('.');
  const free = bavail * bsize;
  return free > 2 ** 31
    ? ok('disk', `${bytes(free)} free in this folder`)
    : warn(
        'disk',
        `only ${bytes(free)} free in this folder`,
        'Free some space, or set COUTURE_HOME to a larger disk.',
      );
}

async function reach(name: string, url: () => Promise<string>, checks: Check[]): Promise<Client | undefined> {
  try {
    const at = await url();
    const client = await openClient(at, { applicationName: 'couture doctor', statementTimeout: 60_000 });
    checks.push(ok(name, redactUrl(at)));
    return client;
  } catch (error) {
    const { message, hint = '' } = error as Error & { hint?: string };
    checks.push(fail(name, message, hint));
    return undefined;
  }
}

/** Runs a check; an error that it throws becomes a failed check. */
export async function attempt(name: string, checks: Check[], check: () => Promise<Check>): Promise<void> {
  try {
    checks.push(await check());
  } catch (error) {
    const { message, hint = '' } = error as Error & { hint?: string };
    checks.push(fail(name, message, hint));
  }
}

async function checkServer(client: Client, checks: Check[]): Promise<void> {
  const server = await serverFacts(client);
  checks.push(
    server.number >= oldestServer * 10_000
      ? ok('server', `Postgres ${server.version}, database ${server.database}, role ${server.login}`)
      : fail('server', `Postgres ${server.version} is too old`, `Upgrade to ${oldestServer} or newer.`),
  );
  if (server.standby) {
    checks.push(
      fail(
        'server',
        'this server is a read-only standby',
        'Set DATABASE_URL to the primary, and COUTURE_SOURCE_URL to this standby to read orders from it.',
      ),
    );
  }
  if (server.read_only && !server.standby)
    checks.push(
      fail(
        'server',
        'sessions of this role are read-only (default_transaction_read_only)',
        `Run: alter role ${quoteIdentifier(server.login)} reset default_transaction_read_only; or, if the database sets it: alter database ${quoteIdentifier(server.database)} reset default_transaction_read_only.`,
      ),
    );
  if (server.shadowing.length > 0)
    checks.push(
      warn(
        'functions',
        `can take the place of functions of Postgres's own: ${server.shadowing.join(', ')}`,
        `Rename them, or move them to a schema that is not in the search_path of ${server.login}.`,
      ),
    );
  if (server.encoding !== serverEncoding)
    checks.push(fail('encoding', `this database has the encoding ${server.encoding}`, otherEncoding));
  const apart = Math.abs(server.now.getTime() - Date.now());
  checks.push(
    apart < clockToleranceMs
      ? ok('clock', 'in sync with the server')
      : warn(
          'clock',
          `${Math.round(apart / 1000)} s off from the server’s clock`,
          'Synchronise both clocks with NTP.',
        ),
  );
}

async function checkRights(client: Client): Promise<Check> {
  const { views } = await inspectSource(client);
  const none = sourceViewNames.every((name) => !views[name].exists);
  const [match, ...others] = none ? await detectPlatforms(client) : [];
  const statements =
    match && others.length === 0
      ? await plannedGrants(client, match.sql, match.schema)
      : await missingGrants(client);
  if (statements.length === 0)
    return ok('rights', 'this role can write the schema couture and read what the source views read');
  const apart = match
    ? ' For views that the owner of the tables keeps, see "couture db init --owner-sql".'
    : '';
  return fail(
    'rights',
    `this role lacks privileges: ${count(statements.length)} ${statements.length === 1 ? 'statement grants' : 'statements grant'} them`,
    `${grantHint(statements)}\n   ${apart}`.trimEnd(),
  );
}

function droppedViews(since: Date): Check {
  return fail(
    'dropped views',
    `"couture db views drop" took views away at ${moment(since)}`,
    'After the shop’s migrations, run "couture db views restore".',
  );
}

async function checkMigrations(client: Client): Promise<Check> {
  const { applied, pending } = await migrationState(client);
  if (pending.length === 0) return ok('migrations', `up to date (${applied.at(-1)?.name})`);
  if (applied.length === 0)
    return ok('migrations', `none yet: the first build applies ${count(pending.length)}`);
  return fail('migrations', `${pending.length} pending: ${pending.join(', ')}`, 'Run "couture db migrate".');
}

function checkView(report: SourceReport, name: SourceViewName): Check {
  const title = `view ${name}`;
  const view = report.views[name];
  const problems = report.problems.filter((problem) => problem.message.includes(`couture_source.${name}`));
  if (problems.length === 0) {
    const present = view.columns.filter(({ type }) => type !== undefined);
    return ok(title, [`${present.length} valid columns`, ...missingOptional(view)].join('; '));
  }
  const noViews = sourceViewNames.every((each) => !report.views[each].exists);
  const hint = noViews
    ? 'Run "couture db init" for a known platform or "couture import orders FILE" for files, or write the views in SQL'
    : problems.map((problem) => problem.hint).join('; ');
  return fail(title, problems.map((problem) => problem.message).join('; '), `${hint}.`);
}

/** Even with a separate order source, the runtime reads products, customers and watch lists from DATABASE_URL. */
async function checkServing(client: Client): Promise<Check> {
  const { problems } = await inspectSource(client);
  const [first] = problems.filter(({ message }) => !message.includes('couture_source.order_line'));
  if (!first) return ok('serving', '"couture serve" can read its views in DATABASE_URL');
  return warn(
    'serving',
    `${first.message} in DATABASE_URL, which "couture serve" reads`,
    `${first.hint}. Until then, all served lists are empty.`,
  );
}

async function checkWatchLists(client: Client): Promise<Check> {
  return ok(
    'watch lists',
    (await writesWatchLists(client))
      ? 'what customers save is written to the shop’s own'
      : 'couture keeps what customers save: the shop has no couture_source.watch',
  );
}

async function addContent(source: Client, config: Config, checks: Check[]): Promise<void> {
  try {
    const findings = await checkContent(source, await contentFacts(source, config));
    for (const { check, level, words, remedy } of findings)
      checks.push({ name: check, state: level, detail: words, hint: remedy });
  } catch (error) {
    const { message, hint = '' } = error as Error & { hint?: string };
    checks.push(fail('content', message, hint));
  }
}

async function checkCopy(source: Client): Promise<Check> {
  try {
    const stream = copyOut(source, 'select order_id from couture_source.order_line limit 1');
    await finished(stream.resume());
    return ok('COPY', 'allowed');
  } catch (error) {
    return warn('COPY', (error as Error).message, 'The build falls back to a cursor, which is slower.');
  }
}
