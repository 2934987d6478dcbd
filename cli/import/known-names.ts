// Cells of a line → how many of them are names of columns, in any language: what tells a header, and the encoding that it is in.
import { orderColumnNames, productColumnNames } from './column-names.ts';
import { plainName } from './columns.ts';

let names: ReadonlySet<string> | undefined;

export function countColumnNames(cells: readonly string[]): number {
  names ??= new Set([orderColumnNames, productColumnNames].flatMap((all) => Object.values(all).flat()));
  return cells.filter((cell) => names!.has(plainName(cell.replaceAll('"', '')))).length;
}
