// `couture db grants`: what a role needs for serving, building or push messages, as SQL, printed or run.
import { CoutureError } from '../../../runtime/core/errors.ts';
import { requireMigrated } from '../../../sql/migrate.ts';
import { inTransaction, openClient } from '../../../sql/pool.ts';
import { type RoleUse, roleGrants, roleUses } from '../../../sql/source/role-grants.ts';
import { type CommandContext, type CommandSpec, flag } from '../../command.ts';

export const dbGrantsCommand: CommandSpec = {
  usage: 'grants',
  summary: 'print the SQL that gives a role the least privileges for serving, building or push messages',
  settings: ['databaseUrl', 'home'],
  flags: [
    flag('--role <name>', 'role that gets the privileges').makeOptionMandatory(),
    flag(
      '--for <uses>',
      'web (couture serve), build (couture recs) and push (couture push), separated by commas',
    ).default(roleUses.join(',')),
    flag('--apply', 'run the SQL in one transaction instead of printing it'),
  ],
  help: `Example, a role for each process, after "couture db init":
  createuser --pwprompt couture_web
  couture db grants --role couture_web --for web --apply
  couture db grants --role couture_build --for build > build.sql

Run it as the owner of the schemas couture and couture_source, and again after each "couture db migrate", which only the owner can
run. The build role becomes the owner of the list tables, because Postgres lets nobody else attach partitions. Privileges that a role
has already are not revoked. Orders of the sample shop need more: without it, the checkout is off.`,
  run,
};

async function run(context: CommandContext, flags: Record<string, unknown>): Promise<void> {
  const { terminal } = context;
  const role = String(flags.role);
  const uses = usesOf(String(flags.for));
  const client = await openClient(await context.database());
  context.release.defer('the connection', () => client.end());
  await requireMigrated(client);
  const statements = await roleGrants(client, role, uses);
  terminal.result({ role, for: uses, statements, applied: flags.apply === true });
  if (flags.apply !== true) return terminal.print(['begin;', ...statements, 'commit;'].join('\n'));
  const { rowCount } = await client.query('select from pg_roles where rolname = $1', [role]);
  if (!rowCount)
    throw new CoutureError(
      'bad_option',
      `--role is ${JSON.stringify(role)}: there is no such role`,
      'Create it first: createuser --pwprompt NAME.',
    );
  await inTransaction(client, async () => {
    for (const each of statements) await client.query(each);
  });
  terminal.print(`Granted to ${role}, for ${uses.join(', ')}: ${statements.length} statements.`);
}

function usesOf(text: string): RoleUse[] {
  const uses = [...new Set(text.split(',').map((each) => each.trim()))];
  const unknown = uses.find((each) => !roleUses.includes(each as RoleUse));
  if (unknown === undefined) return uses as RoleUse[];
  throw new CoutureError(
    'bad_option',
    `--for is ${JSON.stringify(text)}: ${JSON.stringify(unknown)} is unknown`,
    `Use one or more of ${roleUses.join(', ')}, separated by commas.`,
  );
}
