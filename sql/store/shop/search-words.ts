// Splits text into search words, implemented twice: for typed text (TypeScript) and for products (SQL, at the refresh).
// Both fold and split alike, so that "clementine" finds "Clémentine", and "sjo" finds "Sjø".

/**
 * Characters that NFKD does not decompose, mapped one to one: letters, and the digits of Arabic, Persian, Hindi and Bengali
 * keyboards. Those beyond the end of `to` are removed: soft hyphen, zero-width space, word joiner and byte order mark, which
 * pasted words contain.
 */
const plainLetters = {
  from: `øØłŁđĐŧŦħĦıς٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹०१२३४५६७८९০১২৩৪৫৬৭৮৯\u00ad\u200b\u2060\ufeff`,
  to: `oollddtthhiσ${'0123456789'.repeat(4)}`,
};
const plainCharacter = new RegExp(`[${plainLetters.from}]`, 'g');
const pairs: ReadonlyArray<readonly [string, string]> = [
  ['ß', 'ss'],
  ['æ', 'ae'],
  ['œ', 'oe'],
];

/** Scripts written without spaces: each character is a word. */
const signs = String.raw`\u3041-\u3096\u30a1-\u30fa\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff`;

/** Longer searches are cut. */
const maxWords = 12;

/** Typed text → words of letters, digits and marks; contains no tsquery operators. */
export function searchWords(text: string): string[] {
  let folded = text
    .normalize('NFKD')
    .replaceAll(/[\u0300-\u036f\u3099\u309a]/g, '')
    .toLowerCase()
    .replaceAll(plainCharacter, (found) => plainLetters.to[plainLetters.from.indexOf(found)] ?? '');
  for (const [from, to] of pairs) folded = folded.replaceAll(from, to);
  const parted = folded.replaceAll(new RegExp(`([${signs}])`, 'g'), ' $1 ');
  const words = parted.match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
  return [...new Set(words.map((word) => word.slice(0, 50)))].slice(0, maxWords);
}

/**
 * SQL expression of a text → SQL expression of its words as `searchWords` splits them, each once, in order of first
 * occurrence. Without this, Postgres parses "cotton/linen" as a path and "3.5" as one number, and finds neither half.
 * @param maxLength characters that are read, and again of what they decompose into: NFKD turns one U+FDFA into 18. The words
 * of one row must fit into 1 MB
 */
export function wordsInSql(text: string, maxLength: number): string {
  const plain = `regexp_replace(left(${text}, ${maxLength}), '</?[a-zA-Z][^<>]*>|&#?[a-zA-Z0-9]+;', ' ', 'g')`;
  const bounded = `left(normalize(plain, NFKD), ${maxLength})`;
  const translated = `translate(couture.fold(${bounded}), '${plainLetters.from}', '${plainLetters.to}')`;
  const folded = pairs.reduce((inner, [from, to]) => `replace(${inner}, '${from}', '${to}')`, translated);
  const unvoiced = String.raw`regexp_replace(${folded}, '[\u3099\u309a]', '', 'g')`;
  const parted = `regexp_replace(regexp_replace(${unvoiced}, '[${separators}]+', ' ', 'g'), '([${signs}])', ' \\1 ', 'g')`;
  return `coalesce((select string_agg(word, ' ' order by place) from (
    select word, min(place) as place
    from (select ${plain} as plain offset 0) cleaned, unnest(string_to_array(
      -- Takes a third less time for pure ASCII.
      case when octet_length(plain) = length(plain) then regexp_replace(lower(plain), '[^a-z0-9]+', ' ', 'g')
      else ${parted} end, ' ')) with ordinality as written (word, place)
    where word <> '' group by word) once), '')`;
}

/**
 * Separators: punctuation of ASCII, Latin-1, Arabic, Hindi, the general and the East Asian blocks; currency signs,
 * arrows, stars, emoji. In a database with the locale C, Postgres treats everything beyond ASCII as letters.
 */
const separators = [
  String.raw`\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00a9\u00ab-\u00b1\u00b4\u00b6-\u00b8\u00bb\u00bf\u00d7\u00f7`,
  String.raw`\u060c\u061b\u061f\u0964\u0965\u2000-\u206f\u20a0-\u20cf\u2190-\u2bff\u2e00-\u2e7f\u3000-\u303f\u30fb`,
  String.raw`\U0001f000-\U0001faff`,
].join('');
