// What a search goes by, twice: words that a person typed (here), and the words of products (in SQL, at the refresh).
// Both ways fold and part text alike, so that "clementine" finds "Clémentine", and "sjo" a "Sjø".

/** Letters that have no marks to take off; one for one. */
const plainLetters = { from: 'øØłŁđĐŧŦħĦıς', to: 'oollddtthhiσ' };
const pairs: ReadonlyArray<readonly [string, string]> = [
  ['ß', 'ss'],
  ['æ', 'ae'],
  ['œ', 'oe'],
];

/** Scripts that write no spaces: each sign is a word. */
const signs = String.raw`\u3041-\u3096\u30a1-\u30fa\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff`;

/** Longer searches are cut. */
const mostWords = 12;

/** What a person typed → words of letters, digits and marks; nothing of it can be an operator. */
export function searchWords(text: string): string[] {
  let folded = text
    .normalize('NFKD')
    .replaceAll(/[\u0300-\u036f\u3099\u309a]/g, '')
    .toLowerCase()
    .replaceAll(/[øØłŁđĐŧŦħĦıς]/g, (letter) => plainLetters.to[plainLetters.from.indexOf(letter)]!);
  for (const [from, to] of pairs) folded = folded.replaceAll(from, to);
  const parted = folded.replaceAll(new RegExp(`([${signs}])`, 'g'), ' $1 ');
  const words = parted.match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
  return [...new Set(words.map((word) => word.slice(0, 50)))].slice(0, mostWords);
}

/**
 * SQL → SQL: the text's words as `searchWords` finds them, each once, in the order of their first places. Without
 * this, Postgres takes "cotton/linen" for a path and "3.5" for one number, and finds neither half.
 * @param most characters that are looked at; the words of one row must fit into a megabyte
 */
export function wordsInSql(text: string, most: number): string {
  const plain = `regexp_replace(left(${text}, ${most}), '</?[a-zA-Z][^<>]*>|&#?[a-zA-Z0-9]+;', ' ', 'g')`;
  const translated = `translate(couture.fold(plain), '${plainLetters.from}', '${plainLetters.to}')`;
  const folded = pairs.reduce((inner, [from, to]) => `replace(${inner}, '${from}', '${to}')`, translated);
  const unvoiced = String.raw`regexp_replace(${folded}, '[\u3099\u309a]', '', 'g')`;
  const parted = `regexp_replace(regexp_replace(${unvoiced}, '[${between}]+', ' ', 'g'), '([${signs}])', ' \\1 ', 'g')`;
  return `coalesce((select string_agg(word, ' ' order by place) from (
    select word, min(place) as place
    from (select ${plain} as plain offset 0) cleaned, unnest(string_to_array(
      -- A third less time where all is ASCII.
      case when octet_length(plain) = length(plain) then regexp_replace(lower(plain), '[^a-z0-9]+', ' ', 'g')
      else ${parted} end, ' ')) with ordinality as written (word, place)
    where word <> '' group by word) once), '')`;
}

/**
 * What is between words: punctuation of ASCII, Latin-1, Arabic, Hindi, the general and the East Asian blocks; signs of
 * money, arrows, stars, emoji. In a database with the locale C, Postgres takes all beyond ASCII for letters.
 */
const between = [
  String.raw`\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00a9\u00ab-\u00b1\u00b4\u00b6-\u00b8\u00bb\u00bf\u00d7\u00f7`,
  String.raw`\u060c\u061b\u061f\u0964\u0965\u2000-\u206f\u20a0-\u20cf\u2190-\u2bff\u2e00-\u2e7f\u3000-\u303f\u30fb`,
  String.raw`\U0001f000-\U0001faff`,
].join('');
