// The shop's own choices: statuses that count → `couture_source.order_counts` of a preset.

/** Statuses, as `shop_order.status` shows them, in which the shop differs from its platform's preset. */
export interface StatusChoice {
  readonly count: readonly string[];
  readonly skip: readonly string[];
  /** Whether the tables hold amounts in the smallest unit of the currency. */
  readonly minorUnits?: boolean;
}

const body = /(function couture_source\.order_counts\(status text\)[^$]*\$\$\s*)select\s([\s\S]*?)(\$\$;)/;

/** The preset with the choice in `order_counts`. Statuses that it doesn't name count as the preset says. */
export function chooseStatuses(sql: string, { count, skip }: StatusChoice): string {
  if (count.length === 0 && skip.length === 0) return sql;
  const cases = [branch(count, 'true'), branch(skip, 'false')].join('');
  return sql.replace(
    body,
    // Still one expression, which Postgres inlines. The line break ends a comment of the preset.
    (_, head: string, preset: string, tail: string) =>
      `${head}select case\n${cases}    else (${preset.trimEnd()}\n    )\n  end\n${tail}`,
  );
}

function branch(statuses: readonly string[], counts: string): string {
  if (statuses.length === 0) return '';
  return `    when coalesce(status, '') in (${statuses.map(literal).join(', ')}) then ${counts}\n`;
}

/** The functions are quoted with $$, which a status must not end. */
export function literal(status: string): string {
  const text = status.replaceAll("'", "''").replaceAll('\\', '\\\\').replaceAll('$', '\\x24');
  return text.includes('\\') ? `E'${text}'` : `'${text}'`;
}
