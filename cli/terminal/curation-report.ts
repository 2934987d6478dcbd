// Prints the merchant's rules as a table and as sentences.
import type { InspectedRule } from '../recs/builds/inspect/curation.ts';
import type { Terminal } from './terminal.ts';
import { moment } from './times.ts';

/** Prints the rules that the runtime applies to the lists above; nothing if there are none. */
export function printRulesBelow(terminal: Terminal, rules: readonly InspectedRule[]): void {
  if (rules.length === 0) return;
  terminal.heading('Curation rules, applied when a list is read');
  for (const rule of rules) terminal.print(`  ${rule.curation_id}  ${ruleSentence(rule)}`);
}

export function printRules(terminal: Terminal, rules: readonly InspectedRule[]): void {
  terminal.table(
    [
      { title: 'Rule', align: 'right' },
      { title: 'Action' },
      { title: 'Product', shrink: true },
      { title: 'Id', align: 'right' },
      { title: 'Scope', shrink: true },
      { title: 'Lists' },
      { title: 'Active' },
      { title: 'Note', shrink: true },
    ],
    rules.map((rule) => [
      rule.curation_id,
      action(rule),
      rule.name ?? '(no such product)',
      rule.product_id,
      rule.where ?? 'the whole shop',
      rule.kinds.join(', ') || 'all',
      times(rule),
      rule.note,
    ]),
  );
}

/** `Belt is pinned to position 1 in lists of Dresses, until 2026-12-24 00:00 UTC: Christmas` */
export function ruleSentence(rule: InspectedRule): string {
  const where = rule.where === null ? 'of the whole shop' : `of ${rule.where}`;
  const kinds = rule.kinds.length > 0 ? ` (${rule.kinds.join(', ')})` : '';
  const when = times(rule);
  const does = {
    pin: `is pinned to position ${rule.place}`,
    block: 'is blocked',
    boost: `is boosted × ${rule.factor}`,
  }[rule.action];
  const note = rule.note ? `: ${rule.note}` : '';
  return `${rule.name ?? `product ${rule.product_id}`} ${does} in lists ${where}${kinds}${when === 'always' ? '' : `, ${when}`}${note}`;
}

function action(rule: InspectedRule): string {
  if (rule.action === 'pin') return `pin to ${rule.place}`;
  return rule.action === 'boost' ? `boost × ${rule.factor}` : 'block';
}

function times({ from, until }: InspectedRule): string {
  const words = [from && `from ${moment(from)}`, until && `until ${moment(until)}`].filter(Boolean);
  return words.join(' ') || 'always';
}
