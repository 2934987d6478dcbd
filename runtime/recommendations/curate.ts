// Merchandising rules, applied when a list is read. Entries and rules → entries and pins.
import type { CurationRule } from '../../sql/store/lists/curation.ts';
import type { ServedEntry } from '../../sql/store/lists/served-lists.ts';

/** The list that rules apply to: its kind, subject and category. */
export interface CuratedList {
  readonly kind: string;
  /** Ids of the subject's variants; empty for lists of customers and of the shop. */
  readonly subject: readonly string[];
  readonly category: string | undefined;
}

/** The rules that currently apply to one list. */
export class ListRules {
  readonly #blocked = new Set<string>();
  readonly #factors = new Map<string, number>();
  /** Sorted by position. A pin is shown at its position, or at the end of a shorter list. */
  readonly pins: ReadonlyArray<{ readonly place: number; readonly productId: string }>;

  /**
   * @param now milliseconds since 1970; rules outside their time range do not apply
   */
  constructor(rules: readonly CurationRule[], list: CuratedList, now: number) {
    const pins: Array<{ place: number; productId: string }> = [];
    for (const rule of rules) {
      if (!ruleHolds(rule, list, now)) continue;
      if (rule.action === 'block') this.#blocked.add(rule.product_id);
      if (rule.action === 'pin') pins.push({ place: rule.place ?? 1, productId: rule.product_id });
      if (rule.action === 'boost') {
        this.#factors.set(rule.product_id, (this.#factors.get(rule.product_id) ?? 1) * (rule.factor ?? 1));
      }
    }
    this.pins = pins.sort((one, other) => one.place - other.place);
  }

  /** Whether a block applies; rules apply to a product with all its variants. */
  blocks(variants: readonly string[]): boolean {
    return this.#blocked.size > 0 && variants.some((id) => this.#blocked.has(id));
  }

  /** Multiplies scores and sorts again. Fallback entries have negative scores, so they are divided instead. */
  boost(entries: readonly ServedEntry[]): readonly ServedEntry[] {
    if (this.#factors.size === 0) return entries;
    return entries.map((entry) => this.#boosted(entry)).sort((one, other) => other.score - one.score);
  }

  #boosted(entry: ServedEntry): ServedEntry {
    const factor = entry.variants.map((id) => this.#factors.get(id)).find((each) => each !== undefined);
    if (factor === undefined) return entry;
    const score = entry.score < 0 ? entry.score / factor : entry.score * factor;
    const words = factor > 1 ? 'boosted by the shop' : 'lowered by the shop';
    const plain = entry.plain === undefined ? {} : { plain: `${entry.plain}, ${words}` };
    return { ...entry, score, reason: `${entry.reason}, ${words}`, ...plain };
  }
}

/** The entry of a pinned product. */
export function pinnedEntry(variants: readonly string[]): ServedEntry {
  return { variants, score: 0, reason: 'picked by the shop', source: 'pinned' };
}

/** Whether a rule applies to this list at this time (milliseconds since 1970). */
export function ruleHolds(rule: CurationRule, list: CuratedList, now: number): boolean {
  if (rule.from_at && rule.from_at.getTime() > now) return false;
  if (rule.until_at && rule.until_at.getTime() <= now) return false;
  if (rule.kinds.length > 0 && !rule.kinds.includes(list.kind)) return false;
  if (rule.scope === 'product') return list.subject.includes(rule.subject);
  if (rule.scope === 'category') return list.category === rule.subject;
  return true;
}

/** When the next of these rules starts or ends, in milliseconds since 1970; infinity if none will. */
export function nextChange(rules: readonly CurationRule[], now: number): number {
  let next = Number.POSITIVE_INFINITY;
  for (const { from_at, until_at } of rules) {
    for (const at of [from_at?.getTime() ?? 0, until_at?.getTime() ?? 0])
      if (at > now && at < next) next = at;
  }
  return next;
}
