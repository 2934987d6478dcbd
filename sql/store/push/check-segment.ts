// Checks the SQL of a custom segment before it is used: one query, of one column, that writes nothing and ends in time.
import type { Client } from '../../pool.ts';

/** Milliseconds that a custom segment may take. */
const maxSegmentTime = 30_000;

/** Why Postgres refuses a query, and where: in characters from its start, 1 is the first. */
export interface SegmentTrouble {
  readonly message: string;
  readonly position: number | undefined;
}

export interface SegmentCheck {
  readonly customers: number;
  /** Of these, those with a subscription. */
  readonly subscribed: number;
}

/** Runs the query in a read-only transaction, which is rolled back, with the rights of this connection. */
export async function checkSegmentSql(client: Client, sql: string): Promise<SegmentCheck | SegmentTrouble> {
  await client.query('begin read only');
  try {
    await client.query(`set local statement_timeout = ${maxSegmentTime}`);
    // First the query alone: a text that is valid only between parentheses is not a query.
    const alone = await troubled(client, sql, 'explain ', '');
    if ('message' in alone) return alone;
    const [start, end] = ['select * from (\n', '\n) m limit 0'];
    const shape = await troubled(client, sql, start, end);
    if ('message' in shape) return shape;
    if (shape.columns !== 1)
      return {
        message: `the query has ${shape.columns} columns, expected one: the ids of customers`,
        position: undefined,
      };
    const counted = await troubled(
      client,
      sql,
      `select count(*)::int as customers, count(*) filter (where exists (
         select from couture.push_subscription s where s.customer_id = found.id))::int as subscribed
       from (select distinct m.id::text as id from (\n`,
      '\n) m (id) where m.id is not null) found',
    );
    return 'message' in counted ? counted : (counted.rows[0] as SegmentCheck);
  } finally {
    await client.query('rollback');
  }
}

/** Runs one statement by the extended protocol, which takes no second one after a semicolon. */
async function troubled(
  client: Client,
  sql: string,
  start: string,
  end: string,
): Promise<{ columns: number; rows: unknown[] } | SegmentTrouble> {
  try {
    const { fields, rows } = await client.query({ text: start + sql + end, queryMode: 'extended' } as {
      text: string;
    });
    return { columns: fields.length, rows };
  } catch (error) {
    const { code, message, position } = error as { code?: string; message: string; position?: string };
    // Without a code it is not Postgres that refused: the connection is gone.
    if (code === undefined || !/^[0-9A-Z]{5}$/.test(code) || code.startsWith('08') || code.startsWith('57P'))
      throw error;
    const at = position === undefined ? undefined : Number(position) - start.length;
    const inside = at !== undefined && at >= 1 ? Math.min(at, [...sql].length) : undefined;
    return {
      message: code === '57014' ? `the query takes longer than ${maxSegmentTime / 1_000} s` : message,
      position: inside,
    };
  }
}
