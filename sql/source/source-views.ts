// Checks the views of `couture_source` against their contract. Database → what each view has, what it lacks, how to fix it.
import { CoutureError } from '../errors.ts';
import { type IdType, idType } from '../id-types.ts';
import type { Queryable } from '../pool.ts';
import {
  needs,
  type SourceColumnRule,
  type SourceViewName,
  sourceContract,
  sourceViewNames,
} from './source-contract.ts';

export interface SourceColumn {
  readonly name: string;
  /** Description of the required type: `an id: bigint, uuid or text`. */
  readonly needs: string;
  /** Type in the database; undefined when the column is missing. */
  readonly type: string | undefined;
  /** False for a wrong type and for a required column that is missing. */
  readonly ok: boolean;
  /** For an optional column: what is missing without it. */
  readonly adds: string | undefined;
}

export interface SourceView {
  readonly name: SourceViewName;
  readonly exists: boolean;
  /** Whether this role can select from it. */
  readonly readable: boolean;
  /** Columns of the contract, present or not. */
  readonly columns: readonly SourceColumn[];
}

export interface SourceProblem {
  readonly code: 'source_missing' | 'source_invalid';
  readonly message: string;
  readonly hint: string;
}

export interface SourceReport {
  readonly views: Readonly<Record<SourceViewName, SourceView>>;
  readonly ids: {
    readonly product: IdType | undefined;
    readonly customer: IdType | undefined;
    readonly order: IdType | undefined;
  };
  /** Errors that must be fixed before a build. */
  readonly problems: readonly SourceProblem[];
  /** Findings that are accepted but may be unintended. */
  readonly warnings: readonly string[];
}

/** Compares the four views with the contract. Reports problems instead of throwing. */
export async function inspectSource(client: Queryable): Promise<SourceReport> {
  const found = await readViews(client);
  const problems: SourceProblem[] = [];
  const warnings: string[] = [];
  const views = {} as Record<SourceViewName, SourceView>;
  for (const name of sourceViewNames) {
    views[name] = inspectView(name, found.get(name), { problems, warnings, others: found.size > 0 });
  }
  compareIds(views, 'product_id', ['product', 'order_line', 'watchlist'], problems);
  compareIds(views, 'customer_id', ['customer', 'order_line', 'watchlist'], problems);
  const id = (view: SourceViewName, column: string) => idType(columnOf(views[view], column)?.type);
  return {
    views,
    ids: {
      product: id('product', 'product_id'),
      customer: id('customer', 'customer_id'),
      order: id('order_line', 'order_id'),
    },
    problems,
    warnings,
  };
}

/**
 * Throws unless the source views match the contract, with all problems in one message.
 * @throws CoutureError `source_missing`, `source_invalid`
 */
export async function requireSource(client: Queryable): Promise<SourceReport> {
  const report = await inspectSource(client);
  const { problems } = report;
  const [first] = problems;
  if (!first) return report;
  if (problems.length === 1) throw new CoutureError(first.code, first.message, first.hint);
  if (sourceViewNames.every((name) => !report.views[name].exists)) {
    throw new CoutureError(
      'source_missing',
      'The four views of couture_source do not exist, so couture cannot read the shop',
      'For a known shop platform, run "couture db init", which recognizes it by its tables. For orders in a CSV file, run "couture import orders FILE". Otherwise write the views in SQL; sql/presets/*.sql are examples.',
    );
  }
  throw new CoutureError(
    first.code,
    `The views of couture_source don't match their contract:${problems.map((problem) => `\n  - ${problem.message}. ${problem.hint}`).join('')}`,
    'Fix the views (`create or replace view …`), then check them with "couture doctor".',
  );
}

interface FoundView {
  readonly readable: boolean;
  readonly login: string;
  readonly columns: ReadonlyMap<string, string>;
}

async function readViews(client: Queryable): Promise<Map<string, FoundView>> {
  const { rows } = await client.query<{
    view: string;
    readable: boolean;
    login: string;
    columns: Record<string, string>;
  }>(
    `with recursive columns as (
       select a.attrelid as relation, a.attname as name, a.atttypid as type
       from pg_attribute a
       join pg_class c on c.oid = a.attrelid
       join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'couture_source'
       where c.relkind in ('v', 'm', 'r', 'f', 'p') and c.relname = any ($1)
         and a.attnum > 0 and not a.attisdropped
     union all
       -- A domain counts as the type under it.
       select columns.relation, columns.name, t.typbasetype
       from columns join pg_type t on t.oid = columns.type where t.typbasetype <> 0
     )
     select c.relname as view,
            has_schema_privilege(c.relnamespace, 'usage') and has_table_privilege(c.oid, 'select') as readable,
            current_user as login,
            json_object_agg(columns.name, case t.typtype when 'e' then 'enum' else format_type(t.oid, null) end) as columns
     from columns
     join pg_class c on c.oid = columns.relation
     join pg_type t on t.oid = columns.type and t.typbasetype = 0
     group by c.oid, c.relname, c.relnamespace`,
    [sourceViewNames],
  );
  return new Map(rows.map((row) => [row.view, { ...row, columns: new Map(Object.entries(row.columns)) }]));
}

function inspectView(
  name: SourceViewName,
  found: FoundView | undefined,
  { problems, warnings, others }: { problems: SourceProblem[]; warnings: string[]; others: boolean },
): SourceView {
  const view = `couture_source.${name}`;
  const rules: Record<string, SourceColumnRule> = sourceContract[name];
  const columns = Object.entries(rules).map(([column, { need, adds }]): SourceColumn => {
    const type = found?.columns.get(column);
    const ok = type === undefined ? found !== undefined && adds !== undefined : needs[need].takes(type);
    return { name: column, needs: needs[need].words, type, ok, adds };
  });
  if (!found) {
    const list = columns.flatMap(({ name, adds }) => (adds ? [] : [name])).join(', ');
    problems.push({
      code: 'source_missing',
      message: `The view ${view} is missing`,
      hint: `${others ? `${droppedByCascade} ` : ''}Create it with the columns ${list}; if the shop has no such data, an empty view will do`,
    });
    return { name, exists: false, readable: false, columns };
  }
  if (!found.readable) {
    problems.push({
      code: 'source_invalid',
      message: `The role "${found.login}" may not read ${view}`,
      hint: `As its owner, run: grant usage on schema couture_source to "${found.login}"; grant select on all tables in schema couture_source to "${found.login}"`,
    });
  }
  for (const column of columns) {
    const need = needs[rules[column.name]!.need];
    if (column.type === undefined) {
      if (column.adds) continue;
      problems.push({
        code: 'source_invalid',
        message: `${view} has no column ${column.name} (${need.words})`,
        hint: `Add it to the view, which may have been recreated without it; if the shop has no such data: null::${need.cast} as ${column.name}`,
      });
    } else if (!column.ok) {
      problems.push({
        code: 'source_invalid',
        message: `${view}.${column.name} is of type ${column.type}, not ${need.words}`,
        hint: `Convert it in the view: ${conversion(column.type, need.cast)} as ${column.name}`,
      });
    } else if (column.type === 'timestamp without time zone' || column.type === 'date') {
      warnings.push(
        `${view}.${column.name} is a ${column.type} and is read as UTC; if it is local time, write (… at time zone 'Europe/Berlin') in the view`,
      );
    }
  }
  return { name, exists: true, readable: found.readable, columns };
}

/** What a view's missing optional columns would add: `no column handle: product links by handle aren’t recognized`. */
export function missingOptional({ exists, columns }: SourceView): string[] {
  const missing = new Map<string, string[]>();
  for (const { name, type, adds } of exists ? columns : []) {
    if (type === undefined && adds) missing.set(adds, [...(missing.get(adds) ?? []), name]);
  }
  return [...missing].map(
    ([adds, names]) =>
      `no column ${names.length > 1 ? `${names.slice(0, -1).join(', ')} or ${names.at(-1)}` : names[0]}: ${adds}`,
  );
}

/** Likely cause when one view is missing and others exist. */
const droppedByCascade =
  'If it existed before, a migration of the shop has probably dropped it: DROP COLUMN … CASCADE, as sent by Django’s RemoveField, drops every view that reads the column.';

function columnOf(view: SourceView, column: string): SourceColumn | undefined {
  return view.columns.find((each) => each.name === column);
}

/** Ids of products or customers must have one type in all views, or the views could not be joined. */
function compareIds(
  views: Record<SourceViewName, SourceView>,
  column: string,
  names: SourceViewName[],
  problems: SourceProblem[],
): void {
  const [first, ...others] = names.flatMap((name) => {
    const type = idType(columnOf(views[name], column)?.type);
    return type ? [{ name, type }] : [];
  });
  for (const other of others) {
    if (!first || other.type === first.type) continue;
    problems.push({
      code: 'source_invalid',
      message: `${column} is ${first.type} in couture_source.${first.name} and ${other.type} in couture_source.${other.name}`,
      hint: `Give both the same type: (…)::${first.type} as ${column} in couture_source.${other.name}`,
    });
  }
}

/** An expression of one type that gives another. Postgres casts neither seconds to times nor JSON to arrays. */
function conversion(type: string, cast: string): string {
  if (cast === 'timestamptz' && /int|numeric|double|real/.test(type)) return 'to_timestamp(…)';
  if (cast === 'text[]' && /^jsonb?$/.test(type)) return `array(select ${type}_array_elements_text(…))`;
  if (cast === 'text[]' && !type.endsWith('[]')) return `string_to_array(…, ',')`;
  return `(…)::${cast}`;
}
