// What a merchant says about a list, applied when it is read. Entries and rules → entries and pins.
import type { CurationRule } from '../../sql/store/lists/curation.ts';
import type { ServedEntry } from '../../sql/store/lists/served-lists.ts';

/** The list that is curated: its kind, whose it is, and of which category. */
export interface CuratedList {
  readonly kind: string;
  /** Ids of the subject's variants; none for lists of customers and of the shop. */
  readonly subject: readonly string[];
  readonly category: string | undefined;
}

/** The rules that hold for one list now. */
export class ListRules {
  readonly #blocked = new Set<string>();
  readonly #factors = new Map<string, number>();
  /** By place; each is shown at its place, or at the end of a list that is shorter. */
  readonly pins: ReadonlyArray<{ readonly place: number; readonly productId: string }>;

  /**
   * @param now milliseconds since 1970; rules before their time and after it do not hold
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

  /** A rule is about a product with all its variants. */
  blocks(variants: readonly string[]): boolean {
    return this.#blocked.size > 0 && variants.some((id) => this.#blocked.has(id));
  }

  /** Multiplies scores and sorts anew; the entries of a lower rung have scores below zero and rise by division. */
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
  return { variants, score: 0, reason: 'picked by the shop', rung: 'pinned' };
}

/** Whether a rule is about this list at this moment (milliseconds since 1970). */
export function ruleHolds(rule: CurationRule, list: CuratedList, now: number): boolean {
  if (rule.from_at && rule.from_at.getTime() > now) return false;
  if (rule.until_at && rule.until_at.getTime() <= now) return false;
  if (rule.kinds.length > 0 && !rule.kinds.includes(list.kind)) return false;
  if (rule.scope === 'product') return list.subject.includes(rule.subject);
  if (rule.scope === 'category') return list.category === rule.subject;
  return true;
}

/** Milliseconds since 1970 when the next of these rules begins or ends; infinity where none will. */
export function nextChange(rules: readonly CurationRule[], now: number): number {
  let next = Number.POSITIVE_INFINITY;
  for (const { from_at, until_at } of rules) {
    for (const at of [from_at?.getTime() ?? 0, until_at?.getTime() ?? 0])
      if (at > now && at < next) next = at;
  }
  return next;
}
