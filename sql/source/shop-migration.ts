// A preset as a migration of the shop's own framework, so that its deploys create, drop and restore the views.

export const migrationFrameworks = ['django', 'typeorm', 'knex'] as const;
export type MigrationFramework = (typeof migrationFrameworks)[number];

/**
 * The text of a reversible migration file.
 * @param views the preset, filled with the tables of this database
 * @param grants statements that follow it, such as SELECT for couture's role
 */
export function shopMigration(framework: MigrationFramework, views: string, grants = ''): string {
  const create = `${views.trim()}\n${grants.trim()}`.trim();
  return writers[framework](create, dropAll(views));
}

/** Drops what the preset creates; the schema stays, since it may contain views of others. */
function dropAll(views: string): string {
  const names = (pattern: RegExp) =>
    [...views.matchAll(pattern)].map((match) => `couture_source.${match[1]}`);
  const functions = [...new Set(names(/^create or replace function couture_source\.(\w+)/gm))];
  return [
    `drop view if exists ${names(/^create or replace view couture_source\.(\w+)/gm)
      .reverse()
      .join(', ')};`,
    ...(functions.length > 0 ? [`drop function if exists ${functions.join(', ')};`] : []),
  ].join('\n');
}

const purpose = [
  'The source views that couture reads. Postgres refuses to change a column that a view reads, and DROP COLUMN … CASCADE',
  'drops the view: a migration that changes these tables drops the views first and creates them again afterwards.',
];

const writers: Record<MigrationFramework, (create: string, drop: string) => string> = {
  django: (create, drop) => `${comment('#')}
#     operations = [migrations.RunSQL(DROP, CREATE), migrations.AlterField(…), migrations.RunSQL(CREATE, DROP)]
from django.db import migrations

CREATE = ${python(create)}

DROP = ${python(drop)}


class Migration(migrations.Migration):
    dependencies = []  # the app's newest migration: [("app", "0042_name")]

    operations = [migrations.RunSQL(CREATE, DROP)]
`,
  // The name of the class ends with milliseconds since 1970.
  typeorm: (create, drop) => `${comment('//')}
//     await queryRunner.query(drop); await queryRunner.query('ALTER TABLE …'); await queryRunner.query(create);
const create = ${script(create)};

const drop = ${script(drop)};

module.exports = class CoutureViews${Date.now()} {
  async up(queryRunner) {
    await queryRunner.query(create);
  }

  async down(queryRunner) {
    await queryRunner.query(drop);
  }
};
`,
  // Knex takes every question mark for a binding.
  knex: (create, drop) => `${comment('//')}
//     await knex.raw(drop); await knex.schema.alterTable(…); await knex.raw(create);
const create = ${script(create.replaceAll('?', '\\?'))};

const drop = ${script(drop)};

exports.up = (knex) => knex.raw(create);

exports.down = (knex) => knex.raw(drop);
`,
};

function comment(mark: string): string {
  return purpose.map((line) => `${mark} ${line}`).join('\n');
}

function python(sql: string): string {
  return sql.includes('"""') || sql.endsWith('\\') ? JSON.stringify(sql) : `r"""\n${sql}\n"""`;
}

function script(sql: string): string {
  return /`|\$\{/.test(sql) ? JSON.stringify(sql) : `String.raw\`\n${sql}\n\``;
}
