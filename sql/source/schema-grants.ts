// The right to write couture's own schema, and the error for privileges that are missing.
import { CoutureError } from '../errors.ts';
import { type Queryable, quoteIdentifier } from '../pool.ts';
import { hasSchema } from '../relations.ts';

/** Couture's own schema: Postgres asks for CREATE on the database only while it does not exist. */
export async function schemaGrants(client: Queryable): Promise<string[]> {
  const { rows } = await client.query<{ login: string; may: boolean }>(
    `select current_user as login,
            case when to_regnamespace('couture') is null then has_database_privilege(current_database(), 'create')
                 else has_schema_privilege('couture', 'create') and has_schema_privilege('couture', 'usage') end as may`,
  );
  const { login, may } = rows[0]!;
  return may ? [] : [await schemaStatement(client, 'couture', quoteIdentifier(login))];
}

/** Creates a schema for a role, or lets it create tables in the one that exists. */
export async function schemaStatement(client: Queryable, schema: string, role: string): Promise<string> {
  return (await hasSchema(client, schema))
    ? `grant usage, create on schema ${schema} to ${role};`
    : `create schema ${schema}; grant usage, create on schema ${schema} to ${role};`;
}

/** The error for privileges that are missing. */
export function rightsMissing(login: string, statements: readonly string[], cause?: unknown): CoutureError {
  return new CoutureError(
    'rights_missing',
    `The role "${login}" lacks privileges; nothing was changed`,
    grantHint(statements),
    { cause, details: { statements } },
  );
}

/** What to do about missing privileges, with one statement per line. */
export function grantHint(statements: readonly string[]): string {
  return `As the owner of these objects or a superuser, run:\n${statements.map((each) => `    ${each}`).join('\n')}`;
}
