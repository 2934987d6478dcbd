// The k best of a row: a binary heap whose root is the worst entry kept. Ties go to the lower id, always.

/** Keeps the k entries with the highest score; equal scores keep the lower id. Reused from row to row. */
export class TopK {
  readonly k: number;
  readonly ids: Int32Array;
  readonly scores: Float64Array;
  /** A number that travels with each entry, such as its co-count. */
  readonly extras: Int32Array;
  length = 0;

  constructor(k: number) {
    this.k = k;
    this.ids = new Int32Array(k);
    this.scores = new Float64Array(k);
    this.extras = new Int32Array(k);
  }

  clear(): void {
    this.length = 0;
  }

  /** Whether an entry with this score could still get in: the cheap test before `push`. */
  admits(score: number): boolean {
    return this.length < this.k || score >= this.scores[0]!;
  }

  push(score: number, id: number, extra = 0): void {
    if (this.length < this.k) {
      this.#siftUp(this.length++, score, id, extra);
    } else if (score > this.scores[0]! || (score === this.scores[0]! && id < this.ids[0]!)) {
      this.#siftDown(this.length, score, id, extra);
    }
  }

  /** Sorts what was kept, best first, in place; the heap is a plain list until `clear()`. */
  sort(): void {
    // Taking the worst off the heap again and again leaves the best in front.
    for (let end = this.length - 1; end > 0; end--) {
      const [score, id, extra] = [this.scores[end]!, this.ids[end]!, this.extras[end]!];
      this.#place(end, this.scores[0]!, this.ids[0]!, this.extras[0]!);
      this.#siftDown(end, score, id, extra);
    }
  }

  #siftUp(hole: number, score: number, id: number, extra: number): void {
    let at = hole;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const parentScore = this.scores[parent]!;
      if (score > parentScore || (score === parentScore && id < this.ids[parent]!)) break;
      this.#place(at, parentScore, this.ids[parent]!, this.extras[parent]!);
      at = parent;
    }
    this.#place(at, score, id, extra);
  }

  /** Puts an entry in at the root of the first `length` entries and lets it sink. */
  #siftDown(length: number, score: number, id: number, extra: number): void {
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= length) break;
      if (child + 1 < length && this.#worse(child + 1, child)) child++;
      const childScore = this.scores[child]!;
      if (childScore > score || (childScore === score && this.ids[child]! < id)) break;
      this.#place(at, childScore, this.ids[child]!, this.extras[child]!);
      at = child;
    }
    this.#place(at, score, id, extra);
  }

  #worse(a: number, b: number): boolean {
    const [x, y] = [this.scores[a]!, this.scores[b]!];
    return x < y || (x === y && this.ids[a]! > this.ids[b]!);
  }

  #place(at: number, score: number, id: number, extra: number): void {
    this.scores[at] = score;
    this.ids[at] = id;
    this.extras[at] = extra;
  }
}
