// Comparisons of products by their words and names, kept from build to build. A result is found by a hash of everything that
// decides it, so a product that is new, renamed or sold at another price has only its category compared again.
//
// Words of 49,000 products take 2.4 s of CPU per build, and their names .7 s; to find both in the files, .1 s.
import { KeptFault } from '../source/kept/kept-fault.ts';
import { hashKey, keyLength, readNumbers, writeNumbers } from '../source/kept/sealed-numbers.ts';
import { type AlikeNames, type AlikeNamesInput, findAlikeNames } from './alike-names.ts';
import { type ContentInput, type ContentNeighbours, compareGroup, contentNeighbours } from './content.ts';

export interface KeptPlace {
  readonly folder: string;
  /** Of the code: another version of couture or of Node computes all results again. */
  readonly version: string;
}

export interface Compared<R> {
  readonly result: R;
  /** How many categories, or catalogues, were compared: 0 if all results were found. */
  readonly compared: number;
  /** Why the file cannot be used or written. */
  readonly fault: string | undefined;
}

const [wordsFile, namesFile] = ['alike-words', 'alike-names'];

/** The same as `contentNeighbours(input)`. */
export function keptContentNeighbours(input: ContentInput, place: KeptPlace): Compared<ContentNeighbours> {
  const { found: before, fault } = read(place, wordsFile, readGroups);
  const next = new Map<string, Int32Array>();
  const position = new Int32Array(input.items);
  let compared = 0;
  const result = contentNeighbours(input, (group, words, _input, into) => {
    // One product has no neighbours.
    if (group.length === 1) return;
    const key = hashKey(groupParts(group, words, input, place));
    const name = key.join();
    let record = before?.get(name);
    if (record) {
      restoreGroup(record, group, into);
    } else {
      compared++;
      compareGroup(group, words, input, into);
      for (const [at, item] of group.entries()) position[item] = at;
      record = recordOf(key, group, position, into);
    }
    next.set(name, record);
  });
  const same = compared === 0 && before?.size === next.size;
  const unwritten = same ? undefined : write(place, wordsFile, [...next.values()]);
  return { result, compared, fault: fault ?? unwritten };
}

/** The same as `findAlikeNames(input)`. Any new name changes the weights of all words, so all names are compared again. */
export function keptAlikeNames(input: AlikeNamesInput, place: KeptPlace): Compared<AlikeNames> {
  const { start, words, weights } = input.names;
  const key = hashKey([`${place.version} ${input.neighbours} `, start, words, weights]);
  const { found, fault } = read(place, namesFile, (numbers) => numbers);
  if (found && key.every((part, at) => found[at] === part)) {
    const begin = keyLength + start.length;
    return {
      result: { start: found.slice(keyLength, begin), items: found.slice(begin) },
      compared: 0,
      fault,
    };
  }
  const result = findAlikeNames(input);
  const unwritten = write(place, namesFile, [key, result.start, result.items]);
  return { result, compared: 1, fault: fault ?? unwritten };
}

/** What decides the neighbours within a category; items by their rank, since others may be added before them. */
function* groupParts(
  group: Int32Array,
  words: number,
  { price, priceBand, neighbours, words: texts }: ContentInput,
  { version }: KeptPlace,
): Generator<string | NodeJS.ArrayBufferView> {
  yield `${version} ${words} ${neighbours} ${priceBand} `;
  const rank = new Map<number, number>();
  for (const [at, item] of group.slice().sort().entries()) rank.set(item, at);
  yield Int32Array.from(group, (item) => rank.get(item)!);
  yield Float64Array.from(group, (item) => price[item]!);
  yield JSON.stringify(Array.from(group, (item) => texts[item]!));
}

/**
 * Key, number of items, number of neighbours; per item the number of its neighbours; their places in the group; their
 * cosines.
 */
function recordOf(
  key: Int32Array,
  group: Int32Array,
  position: Int32Array,
  { k, length, items, cosine }: ContentNeighbours,
): Int32Array {
  const total = group.reduce((sum, item) => sum + length[item]!, 0);
  const record = new Int32Array(keyLength + 2 + group.length + 2 * total);
  record.set(key);
  record.set([group.length, total], keyLength);
  const cosines = new Float32Array(record.buffer, (record.length - total) * 4, total);
  let to = 0;
  for (const [at, item] of group.entries()) {
    record[keyLength + 2 + at] = length[item]!;
    for (let entry = item * k; entry < item * k + length[item]!; entry++) {
      record[keyLength + 2 + group.length + to] = position[items[entry]!]!;
      cosines[to++] = cosine[entry]!;
    }
  }
  return record;
}

function restoreGroup(
  record: Int32Array,
  group: Int32Array,
  { k, length, items, cosine }: ContentNeighbours,
): void {
  const total = record[keyLength + 1]!;
  const lengths = record.subarray(keyLength + 2, keyLength + 2 + group.length);
  const places = record.subarray(keyLength + 2 + group.length, record.length - total);
  const cosines = new Float32Array(record.buffer, record.byteOffset + (record.length - total) * 4, total);
  let from = 0;
  for (const [at, item] of group.entries()) {
    length[item] = lengths[at]!;
    for (let entry = item * k; entry < item * k + lengths[at]!; entry++) {
      items[entry] = group[places[from]!]!;
      cosine[entry] = cosines[from++]!;
    }
  }
}

function readGroups(numbers: Int32Array): Map<string, Int32Array> {
  const groups = new Map<string, Int32Array>();
  for (let at = 0; at < numbers.length; ) {
    const end = at + keyLength + 2 + numbers[at + keyLength]! + 2 * numbers[at + keyLength + 1]!;
    groups.set(numbers.subarray(at, at + keyLength).join(), numbers.subarray(at, end));
    at = end;
  }
  return groups;
}

function read<T>(
  { folder }: KeptPlace,
  name: string,
  parse: (numbers: Int32Array) => T,
): { found: T | undefined; fault?: string } {
  try {
    const numbers = readNumbers(folder, name);
    return { found: numbers && parse(numbers) };
  } catch (error) {
    if (!(error instanceof KeptFault)) throw error;
    return { found: undefined, fault: `Comparing all products: ${error.message}.` };
  }
}

/** Returns what went wrong. The next build compares products again. */
function write({ folder }: KeptPlace, name: string, parts: readonly Int32Array[]): string | undefined {
  try {
    writeNumbers(folder, name, parts);
    return undefined;
  } catch (error) {
    return `Comparisons of products are not kept: ${(error as Error).message}`;
  }
}
