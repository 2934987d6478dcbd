// Limits the parts of a picture. A photo has a few dozen, a long animation a few thousand; a hostile file of 5 MB can have over
// a million empty ones, which take seconds to read.

export const maxParts = 10_000;

export class TooManyParts extends RangeError {
  constructor() {
    super(`the picture has more than ${maxParts} parts`);
  }
}

/** @throws TooManyParts */
export function* firstParts<T>(parts: Iterable<T>): Generator<T> {
  let count = 0;
  for (const part of parts) {
    count += 1;
    if (count > maxParts) throw new TooManyParts();
    yield part;
  }
}
