// The parts of a picture: a photo has a few dozen, a long animation a few thousand. A file of 5 MB that consists of nothing else
// has more than a million, which take seconds.

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
