// sql/spark/*.sql and their parameters → one script for spark-sql that prints a mark after each file.
import { readFileSync } from 'node:fs';
import { sqlFile } from '../../../../sql/package-root.ts';

/** In the order in which they run; each uses what earlier parts cached. */
export type ScriptPart =
  | 'source-view'
  | 'source-files'
  | 'lines'
  | 'baskets'
  | 'histories'
  | 'order-pairs'
  | 'customer-pairs'
  | 'ping';

const mark = 'couture: done with ';

/** Joins the files and fills in their parameters. @throws Error for a missing parameter */
export function sparkScript(
  parts: readonly ScriptPart[],
  parameters: Readonly<Record<string, string | number | boolean>>,
): string {
  return parts
    .map((part) => `${fill(part, statements(part), parameters)}\n\nselect '${mark}${part}';\n`)
    .join('\n');
}

/** The part that this line of spark-sql's output marks as done; undefined for any other line. */
export function partDone(line: string): string | undefined {
  return line.startsWith(mark) ? line.slice(mark.length).trim() : undefined;
}

/** Reads a file without its comments, in which spark-sql would interpret quotes and semicolons. */
function statements(part: ScriptPart): string {
  return readFileSync(sqlFile('spark', `${part}.sql`), 'utf8')
    .split('\n')
    .filter((line) => !line.startsWith('--'))
    .join('\n')
    .trim();
}

function fill(
  part: ScriptPart,
  text: string,
  parameters: Readonly<Record<string, string | number | boolean>>,
): string {
  return text.replace(/\$\{(\w+)\}/g, (_, name: string) => {
    const value = parameters[name];
    if (value === undefined) throw new Error(`sql/spark/${part}.sql: no value for ${name}`);
    return String(value);
  });
}
