// Whether a path is one that a shop's rule means: `/product/*`, where * is any text.

/** In time that grows with the lengths of both, whatever they are. */
export function fitsPath(pattern: string, path: string): boolean {
  const [first = '', ...rest] = decoded(pattern).split('*');
  const text = decoded(path);
  if (rest.length === 0) return text === first;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  const last = rest.pop()!;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}

/** `/category/M%C3%A4ntel` and `/category/Mäntel` are the same. */
function decoded(text: string): string {
  try {
    return decodeURI(text);
  } catch {
    return text;
  }
}
