// sql/spark/*.sql and their parameters → one script for spark-sql, with a mark after each file.
import { readFileSync } from 'node:fs';
import { sqlFile } from '../../../../sql/package-root.ts';

/** In the order in which they run; each builds on what the ones before cached. */
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

/** The files with their parameters filled in. @throws Error for a parameter that nobody gave. */
export function sparkScript(
  parts: readonly ScriptPart[],
  parameters: Readonly<Record<string, string | number | boolean>>,
): string {
  return parts
    .map((part) => `${fill(part, statements(part), parameters)}\n\nselect '${mark}${part}';\n`)
    .join('\n');
}

/** The part that a line of spark-sql's output says is done. */
export function partDone(line: string): string | undefined {
  return line.startsWith(mark) ? line.slice(mark.length).trim() : undefined;
}

/** Without comments: spark-sql looks for quotes and semicolons in them. */
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
