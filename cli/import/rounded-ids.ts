// Long numbers that a spreadsheet kept 15 digits of: 1234567890123450000. One may be so by chance, all of them are not.

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
