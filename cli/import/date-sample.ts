// Dates of a file → the order of day, month and year in them.
import { CoutureError } from '../../runtime/core/errors.ts';
import { type DateOrder, dateOrderOf, isLocalDate, yearFirstVote } from './parse-time.ts';

/** Hint for dates that could be read in two ways. */
export const sayOrder = 'Use --date-order dmy, --date-order mdy or --date-order ymd.';

/** Hint for files that mix two date orders. */
export const sayDateOrder =
  'If that is a mistake, use --date-order dmy, mdy or ymd. Otherwise rewrite the dates as 2024-04-13.';

/** Order → what comes first. */
export const firstPart: Readonly<Record<DateOrder, string>> = { dmy: 'day', mdy: 'month', ymd: 'year' };

/** Finds the order of day, month and year in the dates of a file. */
export class DateSample {
  deciding = '';
  doubtful: string | undefined;
  readonly #given: DateOrder | undefined;
  #order: DateOrder | undefined;
  #doubt: boolean | undefined;
  /** Years of two digits that only make sense at the front, less those that only do at the end. */
  #yearFirst = 0;

  constructor(given: DateOrder | undefined) {
    this.#given = given;
  }

  get order(): DateOrder | undefined {
    return this.#given ?? (this.#yearFirst > 0 ? 'ymd' : this.#order);
  }

  /** Nothing more can be learnt. */
  get clear(): boolean {
    return this.order !== undefined || this.#doubt !== true;
  }

  see(text: string): void {
    if (!text || this.#given) return;
    const vote = yearFirstVote(text);
    this.#yearFirst += vote;
    if (vote > 0 && this.#yearFirst === 1) this.deciding = text;
    if (this.#order) return;
    // The first date shows the format of the file.
    this.#doubt ??= isLocalDate(text);
    if (!this.#doubt) return;
    this.doubtful ??= text;
    this.#order = dateOrderOf(text);
    this.deciding = text;
  }
}

/** Of two files of one import. */
export function ordersDiffer(
  one: { file: string; text: string; order: DateOrder },
  other: { file: string; text: string; order: DateOrder },
): CoutureError {
  return new CoutureError(
    'file_invalid',
    `${one.file} writes the ${firstPart[one.order]} first ("${one.text}"), ${other.file} the ${firstPart[other.order]} ("${other.text}")`,
    sayDateOrder,
  );
}
