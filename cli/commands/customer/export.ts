// `couture customer export ID|EMAIL`: writes what couture holds about one person into a folder.
import path from 'node:path';
import { auditTrail, commandUser } from '../../../runtime/auth/audit.ts';
import { inTransaction, openClient } from '../../../sql/pool.ts';
import { readPerson, referenceOf } from '../../../sql/store/person/person-data.ts';
import { type CommandContext, type CommandSpec, flag } from '../../command.ts';
import { askedPerson } from '../../customer/asked-person.ts';
import { unknownCustomer } from '../../customer/choose-person.ts';
import { writeExport } from '../../customer/export-folder.ts';
import { holdingsOf, printHoldings, printPerson } from '../../customer/report.ts';
import { shopLabel } from '../../shop-label.ts';
import { count } from '../../terminal/figures.ts';

/**
 * With --json: {customer_id, folder, reference, tables: [{table, rows}], shop: {tables, customers, order_lines, watch_list}
 * | null}.
 */
export const customerExport: CommandSpec<[string]> = {
  usage: 'export <id-or-email>',
  summary: 'write what couture holds about one person into a folder',
  settings: ['databaseUrl', 'sourceUrl', 'home'],
  flags: [
    flag('--to <folder>', 'folder to create (default: customer-export-TIME)'),
    flag('--guest', 'the address stands for a guest who gave it in chats, not for a customer'),
  ],
  help: `Examples:
  couture customer export 4711
  couture customer export ida@example.com --to ./for-ida

The folder has index.html to read, data.json with every row, and the files of chats. Agents appear only with the name that the
shopper saw; notes of agents are included without their author. The shop’s own tables are named, not exported.
Exit codes: 0 written, 1 failed, 2 wrong use, nobody found or several matches.`,
  run,
};

const applicationName = 'couture customer export';

async function run(context: CommandContext, flags: Record<string, unknown>, text: string): Promise<void> {
  const { terminal, release, log } = context;
  const databaseUrl = await context.database();
  const client = await openClient(databaseUrl, { applicationName });
  release.defer('the connection', () => client.end());
  const { shop, person } = await askedPerson(context, client, flags, text);
  if (!person) throw unknownCustomer(text);
  const holdings = await holdingsOf(shop, person);
  const { name } = await shopLabel(context.config, client);
  const madeAt = new Date();
  const folder = path.resolve(
    typeof flags.to === 'string' ? flags.to : `customer-export-${madeAt.toISOString().replaceAll(/\W/g, '')}`,
  );
  const data = await inTransaction(
    client,
    async () => {
      const read = await readPerson(client, person.identity);
      await writeExport(client, folder, { shop: name, person, data: read, holdings, madeAt });
      return read;
    },
    'begin isolation level repeatable read read only',
  );
  const reference = await referenceOf(client, person.identity);
  auditTrail(log)('customer_exported', { sub: commandUser(), object: reference });
  const tables = [...data.tables].map(([table, rows]) => ({ table, rows: rows.length }));
  printPerson(terminal, person);
  terminal.table(
    [{ title: 'Table' }, { title: 'Rows', align: 'right' }],
    tables.map(({ table, rows }) => [table, count(rows)]),
  );
  printHoldings(terminal, holdings);
  terminal.print(`Written to ${folder}; only you can read it.`);
  terminal.result({
    customer_id: person.identity.customerId,
    folder,
    reference,
    tables,
    shop: holdings ?? null,
  });
}
