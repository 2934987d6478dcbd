// The start of a text that is not UTF-8 → its likely encoding: the one in which the header has names of columns, else the one whose
// letters belong together.
import { countColumnNames } from './known-names.ts';

/** What Excel saves as "CSV" in Western countries comes first, then what it saves elsewhere. */
const encodings = [
  'windows-1252',
  'windows-1250',
  'windows-1251',
  'gb18030',
  'shift_jis',
  'big5',
  'euc-kr',
  'euc-jp',
  'windows-1253',
  'windows-1254',
  'iso-8859-2',
  'koi8-r',
];

/** Bytes and lines that are looked at. */
const [maxBytes, maxLines] = [65_536, 10];

export function guessEncoding(start: Buffer): string {
  const bytes = start.subarray(0, maxBytes);
  const scores = encodings.map((encoding) => knownNames(new TextDecoder(encoding).decode(bytes)));
  const best = Math.max(...scores);
  const firsts = encodings.filter((_, at) => scores[at] === best);
  // Names in English are the same in all of them.
  return firsts.length < encodings.length ? firsts[0]! : guessByLetters(bytes);
}

function knownNames(text: string): number {
  return countColumnNames(text.split(/\r\n?|\n/, maxLines).flatMap((line) => line.split(/[,;\t|]/)));
}

/** Letters of other scripts stand together, accented Latin ones among others. */
function guessByLetters(bytes: Buffer): string {
  const high = (at: number) => (bytes[at] ?? 0) >= 0x80;
  const all = Array.from(bytes.keys()).filter(high);
  const beside = all.filter((at) => high(at - 1) || high(at + 1)).length;
  if (beside < 0.8 * all.length) return 'windows-1252';
  const candidates = [
    ['windows-1251', /[а-яё]/gu, 0.6],
    ['shift_jis', /[\u3040-\u30ff]/gu, 0.2],
    ['euc-jp', /[\u3040-\u30ff]/gu, 0.2],
    ['euc-kr', /\p{Script=Hangul}/gu, 0.95],
    ['gb18030', /\p{Script=Han}/gu, 0.8],
  ] as const;
  const found = candidates.find(([encoding, letters, share]) => {
    const text = new TextDecoder(encoding).decode(bytes);
    const others = text.match(/[^\0-\x7f]/g)?.length ?? 0;
    const odd = text.match(/\ufffd/g)?.length ?? 0;
    return odd < 0.01 * others && (text.match(letters)?.length ?? 0) >= share * others;
  });
  return found?.[0] ?? 'windows-1252';
}
