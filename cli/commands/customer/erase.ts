// `couture customer erase ID|EMAIL`: erases one person from all tables of couture.
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import process from 'node:process';
import { auditTrail, commandUser } from '../../../runtime/auth/audit.ts';
import { CoutureError } from '../../../runtime/core/errors.ts';
import type { Client } from '../../../sql/pool.ts';
import { openBuildSession, takeBuildLock } from '../../../sql/store/builds/build-lock.ts';
import { mentionsOf } from '../../../sql/store/person/mentions.ts';
import {
  countPerson,
  type Erasure,
  erasePerson,
  type HeldRows,
  vacuumErased,
} from '../../../sql/store/person/person-data.ts';
import { type CommandContext, type CommandSpec, flag } from '../../command.ts';
import { confirm, terminalConversation } from '../../connect/conversation.ts';
import { askedPerson } from '../../customer/asked-person.ts';
import { holdingsOf, printHeld, printHoldings, printMentions, printPerson } from '../../customer/report.ts';
import { cleanUpDeadBuilds, keptFolder } from '../../recs/publish/housekeeping.ts';
import { several } from '../../terminal/figures.ts';

/**
 * With --json: {customer_id, dry_run, erased, erasure_id, reference, tables: [{table, rows, kept}], kept_lines, shop};
 * customer_id is null for a guest and for nobody; kept_lines says whether the order lines of incremental builds are among it;
 * shop is {tables, customers, order_lines, watch_list} or null; mentions are [{table, rows}] of texts that stay.
 */
export const customerErase: CommandSpec<[string]> = {
  usage: 'erase <id-or-email>',
  summary: 'erase what couture holds about one person',
  settings: ['databaseUrl', 'sourceUrl', 'home'],
  flags: [
    flag('--dry-run', 'print what would be erased, by table'),
    flag('--yes', 'erase without asking'),
    flag('--guest', 'the address stands for a guest who gave it in chats, not for a customer'),
  ],
  help: `Examples:
  couture customer erase 4711 --dry-run
  couture customer erase ida@example.com
  couture customer erase ida@example.com --guest --yes

Erases chats with their files and notes, push subscriptions, what was sent, events, lists, repeated checkouts and the customer
of imported orders, in one transaction: all or nothing. Order lines that incremental builds keep in the folder --home are
removed, as they name all customers: the next build reads all lines. Open chats of this person close within seconds, and the runtime drops
what it has cached. The shop’s own tables, and texts of staff and other people with the person’s address, are named and left alone. Run it again at any time: it erases what has been added.
Backups and the log are yours to expire; the log names customers only as subjects of sign-ins and refusals.
Exit codes: 0 done or nothing to do, 1 failed or declined, 2 wrong use or several matches, 4 a build is running.`,
  run,
};

async function run(
  context: CommandContext,
  flags: Record<string, unknown>,
  text: string,
): Promise<number | undefined> {
  const { terminal, release, config, log, signal } = context;
  const databaseUrl = await context.database();
  // The server notices within a second if this process is killed, and rolls back.
  const client = await openBuildSession(databaseUrl, applicationName);
  release.defer('the connection', () => client.end());
  const { shop, person } = await askedPerson(context, client, flags, text);
  const held = person ? await countPerson(client, person.identity) : [];
  const folder = keptFolder(config.home, databaseUrl);
  const keepsLines = person !== undefined && person.identity.customerId !== null && existsSync(folder);
  const result = {
    customer_id: person?.identity.customerId ?? null,
    dry_run: flags.dryRun === true,
    kept_lines: keepsLines,
    shop: (person && (await holdingsOf(shop, person))) ?? null,
    mentions: person ? await mentionsOf(client, person.identity) : [],
  };
  if (person) printPerson(terminal, person);
  if (!person || (held.length === 0 && !keepsLines)) {
    terminal.print(
      person
        ? 'Couture holds nothing about this person.'
        : `Couture holds nothing about ${JSON.stringify(text)}, and the shop has no such customer.`,
    );
    printMentions(terminal, result.mentions);
    printHoldings(terminal, result.shop ?? undefined);
    terminal.result({ ...result, ...outcome(held, undefined) });
    return;
  }
  if (held.length > 0) printHeld(terminal, held);
  if (keepsLines)
    terminal.print(`Order lines that incremental builds keep in ${folder} name customers: all of them.`);
  printMentions(terminal, result.mentions);
  printHoldings(terminal, result.shop ?? undefined);
  if (flags.dryRun === true) {
    terminal.print('Nothing was erased: this was a dry run.');
    terminal.result({ ...result, ...outcome(held, undefined) });
    return;
  }
  if (flags.yes !== true && !(await agreed(signal, person.name))) {
    terminal.print('Nothing was erased.');
    terminal.result({ ...result, ...outcome(held, undefined) });
    return 1;
  }
  if (person.identity.customerId !== null) await withoutBuild(client);
  const note = (line: string) => terminal.note(line);
  if (person.identity.customerId !== null) await cleanUpDeadBuilds(client, config.home, databaseUrl, note);
  if (keepsLines) await rm(folder, { recursive: true, force: true });
  const erasure = await erasePerson(client, person.identity);
  if (erasure) {
    auditTrail(log)('customer_erased', { sub: commandUser(), object: erasure.reference });
    await vacuumErased(client, erasure).catch((error: Error) =>
      terminal.note(`Could not vacuum the tables: ${error.message}. Postgres does so by itself.`),
    );
  }
  terminal.result({ ...result, ...outcome(erasure?.removed ?? [], erasure) });
  const rows = (erasure?.removed ?? []).reduce((sum, each) => sum + each.rows, 0);
  terminal.print(`Erased ${several(rows, 'row')}${erasure ? ` (erasure ${erasure.erasure_id})` : ''}.`);
  if (keepsLines) terminal.print('Removed the kept order lines: the next incremental build reads all lines.');
  if (erasure?.removed.some(({ table }) => table.startsWith('imported.')))
    terminal.print('Importing the same order files again brings this customer back.');
  return;
}

const applicationName = 'couture customer erase';

function outcome(tables: readonly HeldRows[], erasure: Erasure | undefined) {
  return {
    erased: erasure !== undefined,
    erasure_id: erasure?.erasure_id ?? null,
    reference: erasure?.reference ?? null,
    tables,
  };
}

/** @throws CoutureError `answers_missing` without a terminal */
async function agreed(signal: AbortSignal, name: string): Promise<boolean> {
  if (!process.stdin.isTTY) {
    throw new CoutureError(
      'answers_missing',
      'Nothing was erased: there is no terminal to ask on',
      'Pass --yes to erase without a question, or --dry-run to see what would be erased.',
    );
  }
  return confirm(terminalConversation(signal), `Erase this for good? ${name}`, false);
}

/** A build that has read the customer's orders would write their lists after the erasure. */
async function withoutBuild(client: Client): Promise<void> {
  const holder = await takeBuildLock(client);
  if (!holder) return;
  throw new CoutureError(
    'build_locked',
    `Nothing was erased: a build is running: ${holder}.`,
    'Run the command again when it has ended: it may be writing lists of this customer.',
  );
}
