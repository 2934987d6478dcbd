// The status of an order, in the words of any platform or language → whether the order counts as a sale.
// Presets of shops without fixed statuses share the list of whole statuses.
import { plainStatus, unsoldStatuses } from '../../sql/source/unsold-statuses.ts';

/** Statuses that keep most of the order, or that only sound like one of those below. */
const counting: readonly RegExp[] = [
  /\b(partial|partly|teil|parcial|partiel|parzial|gedeeltelijk|czesci|delvis|chastich|частич)/,
  /^(not|no|non|nicht|never) (cancel|refund|return|void|fail|storn)/,
  /non.?refundable/,
  /\b(no|without) returns?\b|\breturn (window|period|policy|deadline|date)/,
];

/** Statuses that are matched as a whole: in files, these words mean no sale, too. */
const wholeWords = new Set([
  ...unsoldStatuses.map(plainStatus),
  ...'quote;removed;demo;closed;unavailable;missing;missing orders;denied;lost;stopped;undone;not completed'.split(
    ';',
  ),
  ...'0;false;no;n;none;nein;non'.split(';'),
]);

/** Stems of statuses of orders that were cancelled, returned or never paid. */
const stems =
  // Cancelled.
  /cancel|\banul|annul|stornier|stornir|storno|\bstorn|avbrut|avbest|avbok|peruut|peruttu|zrusen|lemond|iptal|batal|\bhuy\b|отмен|аннул|скасован|ακυρ|キャンセル|取消|取り消|취소|ملغ|מבוטל|refund|charge ?back|dispute/u
    .source +
  /|abandon|torol|otkazan|\blost in|\bestorn|widerruf/u.source +
  // Given back.
  /|reembols|rembours|rimbors|erstatt|terugbetaal|zwroc|zwrot|aterbet|tilbagebet|palaut|возврат|возвращ|返金|退款|환불|\biade\b|\breturn|retour|devuelt|devolvi|devoluc|\breso\b|zuruckgesend|zuruckgegeb|rucksend|reklamier|reklamac|\brma\b|返品|退货|반품/u
    .source +
  // Refused or failed.
  /|fail|fehlgeschlagen|echou|echec|fallid|fallit|falhou|mislukt|nieudan|misslyck|失败|失敗|ошибк|declin|reject|abgelehnt|refus|rechaz|rifiut|recusad|geweigerd|odrzuc|отклон|expired|abgelaufen|expire|caducad|scadut|expirad|verlopen|wygas|fraud|betrug|timed? ?out|pending payment|payment pending|ausstehend|wartet auf zahlung|unpaid|not paid/u
    .source;
const undone = new RegExp(stems, 'u');

/** Whether an order with this status counts as a sale. An unknown status counts. */
export function countsAsSale(status: string): boolean {
  const words = plainStatus(status);
  if (counting.some((pattern) => pattern.test(words))) return true;
  return !wholeWords.has(words) && !undone.test(words);
}

/** A status met in the files. */
export interface StatusSeen {
  readonly status: string;
  lines: number;
  readonly counts: boolean;
}

/** Statuses kept apart for the report; a column with more distinct values is hardly a status. */
const maxStatuses = 200;

/** Decides and counts the statuses of an import. */
export class StatusBook {
  readonly #seen = new Map<string, StatusSeen>();
  readonly #counted: ReadonlySet<string>;
  readonly #leftOut: ReadonlySet<string>;

  /** Both lists overrule what the words say. */
  constructor(counted: readonly string[] = [], leftOut: readonly string[] = []) {
    this.#counted = new Set(counted.map(plainStatus));
    this.#leftOut = new Set(leftOut.map(plainStatus));
  }

  counts(status: string): boolean {
    const seen = this.#seen.get(status);
    if (seen) {
      seen.lines++;
      return seen.counts;
    }
    const words = plainStatus(status);
    const counts = this.#counted.has(words) || (!this.#leftOut.has(words) && countsAsSale(status));
    if (this.#seen.size < maxStatuses) this.#seen.set(status, { status, lines: 1, counts });
    return counts;
  }

  /** Counts another line of an order whose status stands on an earlier line. */
  again(status: string): void {
    const seen = this.#seen.get(status);
    if (seen) seen.lines++;
  }

  /** The most frequent first. */
  seen(): StatusSeen[] {
    return [...this.#seen.values()].sort((a, b) => b.lines - a.lines);
  }
}
