// Ids that a spreadsheet changed. Long numbers that it kept 15 digits of: 1234567890123450000. One such id can be chance; many are not.
// And those that it took for dates: 1-2 is 2-Jan now.

const [keptDigits, least] = [15, 3];

export class RoundedIds {
  #example = '';
  #long = 0;
  #rounded = 0;
  #last = '';

  /** An id of a line. Repetitions below each other say no more. */
  see(id: string): void {
    if (id.length < keptDigits + 2 || id === this.#last || !/^\d+$/.test(id)) return;
    this.#last = id;
    this.#long++;
    if (!/^0+$/.test(id.slice(keptDigits))) return;
    this.#rounded++;
    this.#example ||= id;
  }

  get example(): string {
    return this.#example;
  }

  /** Lines with rounded ids; 0 unless there are many. */
  get lines(): number {
    return this.#rounded >= least && this.#rounded > this.#long / 2 ? this.#rounded : 0;
  }
}

const months =
  '(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mrz|mär|mai|okt|dez|janv|févr|avr|juin|juil|août|sept|déc|ene|abr|ago|dic)';
const named = new RegExp(`^\\d{1,2}(?:-| |\\. ?)${months}\\.?$|^${months}[- ]\\d{2}$`, 'iu');
const numeric = /^\d{1,2}[/.]\d{1,2}[/.](?:19|20)\d{2}$/;

/** The ids that look like dates as spreadsheets write them. If most ids are numeric dates, the shop itself names its products so. */
export function datedIds(ids: Iterable<string>): string[] {
  const all = [...ids];
  // In capitals, MAR-10 is as somebody typed it.
  const found = all.filter((id) => named.test(id) && id !== id.toUpperCase());
  const days = all.filter((id) => numeric.test(id));
  return 2 * days.length > all.length ? found : [...found, ...days];
}
