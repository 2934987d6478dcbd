// Templates of presets: placeholders, fallbacks, conditions, and what is missing.
import { assert, suite } from '../../fixtures/suite.ts';
import { declaredRoles, fillTemplate, type Roles } from './preset-template.ts';
import type { ShopTable } from './shop-tables.ts';

const test = suite('templates of presets');

function table(name: string, ...columns: string[]): ShopTable {
  const column = (each: string) => ({
    name: each,
    type: 'integer',
    kind: 'number' as const,
    required: false,
  });
  return {
    schema: 'public',
    name,
    columns: new Map(columns.map((each) => [each, column(each)])),
    primaryKey: undefined,
    uniques: [],
    foreignKeys: [],
  };
}

const roles: Roles = new Map([
  ['orders', { table: table('order', 'id', 'orderPlacedAt'), synonyms: new Map([['at', 'orderPlacedAt']]) }],
  ['taxon', { table: table('spree_taxons', 'id', 'name'), synonyms: new Map([['name', undefined]]) }],
]);

const fill = (text: string) => fillTemplate(text, roles);

test('tables and columns are quoted where Postgres needs it', () => {
  assert.is(fill('{{orders}} {{taxon}}'), 'public."order" public.spree_taxons');
  assert.is(
    fill('{{orders.id}} {{o:orders.at}} {{:orders.at}} {{#orders.id}}'),
    'orders.id o."orderPlacedAt" "orderPlacedAt" bigint',
  );
});

test('the first column that exists is taken, or what stands in its place', () => {
  assert.is(fill('{{taxon.depth | id}}'), 'taxon.id');
  assert.is(fill('{{taxon.depth | level ?? 0}}'), '0');
  assert.is(fill('{{taxon.name ?? null::text}}'), 'null::text', 'a column of the wrong kind counts as none');
  assert.is(fill('{{nobody.name ?? null}}'), 'null');
  assert.throws(() => fill('{{taxon.depth | level}}'), /public.spree_taxons has no column depth or level/);
  assert.throws(() => fill('{{nobody}}'), /no table for "nobody"/);
});

test('lines depend on tables and columns', () => {
  const text =
    '-- @if orders & !nobody\na\n-- @if taxon.depth\nb\n-- @else\nc\n-- @end\n-- @else\n{{nobody}}\n-- @end\nd';
  assert.is(fill(text), 'a\nc\nd');
});

test('a file declares its tables, which its SQL no longer shows', () => {
  const text =
    '-- @table orders = order has version, status\n-- @optional taxon = spree_categories | spree_taxons\n-- A remark.';
  assert.equal(declaredRoles(text), [
    { role: 'orders', optional: false, names: ['order'], columns: ['version', 'status'] },
    { role: 'taxon', optional: true, names: ['spree_categories', 'spree_taxons'], columns: [] },
  ]);
  assert.is(fill(text), '-- A remark.');
});
