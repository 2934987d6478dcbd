// The name that all variants of a product share: `Juno Dress in White`, `Juno Dress in Navy` → `Juno Dress`.

/** Words that join a name and what follows. */
const joining = new Set(['', ...'in en mit with size größe gr farbe colour color'.split(' ')]);

/** @param fallback the name where the variants share none */
export function groupName(names: readonly string[], fallback: string): string {
  const distinct = [...new Set(names)];
  if (distinct.length < 2) return fallback;
  const words = distinct.map((name) => name.split(' '));
  let shared = 0;
  while (words.every((each) => each.length > shared && each[shared] === words[0]![shared])) shared += 1;
  return withoutJoining(words[0]!.slice(0, shared).join(' ')) || fallback;
}

/** Splits first: a single regular expression takes minutes for a name with 40 dashes in a row. */
function withoutJoining(name: string): string {
  // Alternately a word and what separates it from the next.
  const parts = name.split(/([\s,;:/–—|(-]+)/);
  let kept = parts.length;
  while (kept > 2 && joining.has(parts[kept - 1]!.toLowerCase())) kept -= 2;
  return parts.slice(0, kept).join('');
}

/** Colour and size of an item as its name doesn't say them; '' if it says both. */
export function variantWords(
  name: string,
  { colour, size }: { colour?: string | undefined; size?: string | undefined },
): string {
  const said = name.toLowerCase().split(/[\s,()/]+/);
  const isSaid = (value: string) => {
    const wanted = value.toLowerCase().split(/\s+/);
    return wanted.every((word) => said.includes(word));
  };
  return [colour, size].filter((value) => value !== undefined && !isSaid(value)).join(', ');
}
