// Lines of several files → orders that appear in more than one file, as in exports that overlap by a day. Uses 16 to 32 bytes per
// order, and about 200 per repeated one. The day tells orders apart whose numbers started again.
import type { OverlappingOrder } from '../../sql/store/sample/overlapping-orders.ts';
import { dateOfDay, dayOf } from '../recs/source/order-dates.ts';
import { HashSet } from './hash-set.ts';
import type { ImportedLine } from './order-row.ts';

/** More orders would take more than 128 MB. */
const maxOrders = 1 << 22;
const maxRepeated = 1 << 19;

export class FileOverlap {
  /** Whether orders can be compared: all lines so far have a time, and the orders are not too many. */
  known = true;
  /** Orders of each file by number and day; the last one is being read. */
  readonly #files: HashSet[] = [];
  readonly #repeated = new Map<string, { order: OverlappingOrder; file: number }>();
  #orders = 0;
  #last = '';

  /** Starts a file. */
  begin(): void {
    this.#files.push(new HashSet());
    this.#last = '';
  }

  see({ orderId, orderedAt, dated }: ImportedLine): void {
    if (!this.known) return;
    if (!dated) {
      this.#giveUp();
      return;
    }
    const day = dayOf(orderedAt);
    const key = `${orderId}\n${day}`;
    const file = this.#files.length - 1;
    if (key !== this.#last) {
      this.#last = key;
      if (this.#files[file]!.add(key)) this.#orders++;
      if (this.#orders > maxOrders || this.#repeated.size > maxRepeated) {
        this.#giveUp();
        return;
      }
    }
    const known = this.#repeated.get(key);
    if (known?.file === file) known.order.lines++;
    else if (this.#files.slice(0, file).some((each) => each.has(key)))
      this.#repeated.set(key, { order: { order_id: orderId, day: dateOfDay(day), lines: 1 }, file });
  }

  /** Each with the number of lines that the last file with it has. */
  repeated(): OverlappingOrder[] {
    return Array.from(this.#repeated.values(), ({ order }) => order);
  }

  #giveUp(): void {
    this.known = false;
    this.#files.length = 0;
    this.#repeated.clear();
  }
}
