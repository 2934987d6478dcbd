// Presets as templates: a .sql file with the roles of its tables, and the tables found for them → plain SQL.
//
// A file of sql/presets opens with the tables that it reads, one line each:
//   -- @table order_item has version           required, with these columns; the name of the table is that of the role
//   -- @optional taxon = spree_categories | spree_taxons     the first that exists
//   -- @optional account = orders.user_id | auth_user        where a foreign key leads to, else by name
// In the SQL, {{taxon}} is the table, {{taxon.name}} a column under an alias named after the role, {{t:taxon.name}} a column
// under the alias t ({{:taxon.name}} without alias), and {{taxon.depth | level ?? 0}} the first column that exists, else what
// follows `??`. {{#taxon.id}} is the type of a column as an id: bigint, uuid or text;
// {{utc:taxon.created_at}} is the conversion that a time without zone needs. Lines between `-- @if taxon`, `-- @else` and
// `-- @end` depend on a table or, as `-- @if taxon.depth`, on a column (`taxon.name:json`: of that kind); `!` negates, `&`
// joins.
import { CoutureError } from '../errors.ts';
import { idType } from '../id-types.ts';
import { columnOf, quoteName, relationName, type ShopTable } from './shop-tables.ts';

/** A table in the part that it plays for a preset. */
export interface TableRole {
  readonly table: ShopTable;
  /** Name in the template → name in the table, undefined for none; names that are not here stand for themselves. */
  readonly synonyms: ReadonlyMap<string, string | undefined>;
  /** Name in the template → how its column is read, for those that are not of the expected type. */
  readonly readings?: ReadonlyMap<string, Reading>;
}

/** A column in SQL, and the alias of its table → the value that the template expects. */
export type Reading = (sql: string, alias: string) => string;

export type Roles = ReadonlyMap<string, TableRole>;

export interface RoleDeclaration {
  readonly role: string;
  readonly optional: boolean;
  /** Names of tables, the first that exists; `orders.user_id`: the table that this foreign key leads to. */
  readonly names: readonly string[];
  /** Columns without which a table is another platform's. */
  readonly columns: readonly string[];
}

const declaration = /^-- @(table|optional) (\w+)(?: = ([\w.| ]+?))?(?: has ([\w, ]+))?$/;

/** The tables that a preset declares. */
export function declaredRoles(text: string): RoleDeclaration[] {
  return text.split('\n').flatMap((line) => {
    const match = declaration.exec(line.trim());
    if (!match) return [];
    const [, kind, role = '', names = role, columns = ''] = match;
    return [{ role, optional: kind === 'optional', names: words(names), columns: words(columns) }];
  });
}

/**
 * Fills a template.
 * @throws CoutureError `preset_conflict` when a table or column is missing and the template has nothing in its place
 */
export function fillTemplate(text: string, roles: Roles): string {
  const lines: string[] = [];
  /** Innermost last: whether the lines of each open `@if` are written. */
  const open: boolean[] = [];
  for (const line of text.split('\n')) {
    const directive = /^\s*-- @(\w+)(?: (.*))?$/.exec(line);
    if (!directive) {
      if (open.every(Boolean)) lines.push(fillLine(line, roles));
      continue;
    }
    const [, word, condition = ''] = directive;
    if (word === 'if') open.push(holds(condition, roles));
    else if (word === 'else') open.push(!open.pop());
    else if (word === 'end') open.pop();
  }
  return lines
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trimStart();
}

/** The first name of the template for which the table has a column, and this column; undefined when it has none. */
function roleColumn(
  role: TableRole,
  names: readonly string[],
): { readonly name: string; readonly column: string } | undefined {
  for (const name of names) {
    const column = role.synonyms.has(name) ? role.synonyms.get(name) : name;
    if (column !== undefined && role.table.columns.has(column)) return { name, column };
  }
  return undefined;
}

function holds(condition: string, roles: Roles): boolean {
  return condition.split('&').every((part) => {
    const term = part.trim();
    const wanted = !term.startsWith('!');
    const [name = '', columns, kind] = term.replace(/^!/, '').split(/[.:]/);
    const role = roles.get(name);
    const column = role && columns !== undefined ? roleColumn(role, words(columns)) : undefined;
    const found =
      columns === undefined
        ? role !== undefined
        : column !== undefined &&
          (kind === undefined || role!.table.columns.get(column.column)!.kind === kind);
    return found === wanted;
  });
}

const placeholder = /\{\{(#|\w*:)?(\w+)(?:\.([\w| ]+?))?(?: \?\? (.*?))?\}\}/g;

function fillLine(line: string, roles: Roles): string {
  return line.replace(
    placeholder,
    (_, before: string | undefined, name: string, columns?: string, fallback?: string) => {
      const role = roles.get(name);
      if (role && columns === undefined) return relationName(role.table);
      const found = role && roleColumn(role, words(columns ?? ''));
      if (found === undefined) {
        if (fallback !== undefined) return fallback;
        throw missing(name, columns ?? '', role);
      }
      const { column } = found;
      if (before === 'utc:') return isWithoutZone(role!, column) ? "at time zone 'UTC'" : '';
      if (before === '#') return idType(role!.table.columns.get(column)!.type) ?? 'text';
      const alias = before === undefined ? name : before.slice(0, -1);
      if (!alias) return quoteName(column);
      const read = role!.readings?.get(found.name) ?? ((sql: string) => sql);
      return read(columnOf(alias, role!.table.columns.get(column)!), alias);
    },
  );
}

function isWithoutZone(role: TableRole, column: string): boolean {
  return role.table.columns.get(column)!.type === 'timestamp without time zone';
}

function missing(name: string, columns: string, role: TableRole | undefined): CoutureError {
  return new CoutureError(
    'preset_conflict',
    role
      ? `The table ${relationName(role.table)} has no column ${words(columns).join(' or ')}`
      : `This database has no table for "${name}"`,
    'Run "couture db init --print" on a shop that has it, adapt the SQL to your tables, and run it with psql.',
  );
}

function words(list: string): string[] {
  return list.split(/[\s|,]+/).filter(Boolean);
}
