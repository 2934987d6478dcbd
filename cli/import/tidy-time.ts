// Times in the writing of many countries → the form that parse-time.ts reads: digits of ASCII, the date first, then the clock, AM or PM
// behind it, and no words that say nothing.
import { asciiDigits } from './field-values.ts';
import { isWeekday } from './month-names.ts';

export function tidyTime(text: string): string {
  let tidy = asciiDigits(text)
    .replaceAll(/[\u200e\u200f\u061c]/g, '')
    .replaceAll(/[\s\u00a0\u202f]+/g, ' ')
    .trim();
  for (const [pattern, form] of rewrites) tidy = tidy.replace(pattern, form as string);
  return tidy.trim();
}

/** Years before the first of the era: Reiwa, Heisei, Showa. */
const eras: ReadonlyMap<string, number> = new Map([
  ['令和', 2018],
  ['R', 2018],
  ['平成', 1988],
  ['H', 1988],
  ['昭和', 1925],
  ['S', 1925],
]);

type Rewrite = readonly [pattern: RegExp, form: string | ((...groups: string[]) => string)];

/** Applied in this order. */
const rewrites: readonly Rewrite[] = [
  // Weekdays, and zones that repeat the offset.
  [/ ?[(（]\p{L}+[)）](?! ?\p{L})/u, ' '],
  [/ ?\([^)]*\)$/, ''],
  [/(Z|[+-]\d{2}:?\d{2})\[[\w/+-]+\]$/, '$1'],
  [/\[([\w+-]+\/[\w/+-]+)\]$/, ' $1'],
  [
    /^(\p{L}[\p{L}\p{M}.]+),? (?=\d|\p{L})/u,
    (all: string, word: string) => (isWeekday(word.replace(/\.$/, '')) ? '' : all),
  ],
  // East Asia: eras, years, hours.
  [
    /^(令和|平成|昭和|[RHS](?=\d{1,2}[./年-]))(元|\d{1,2})[年./-](\d{1,2})[月./-](\d{1,2})日?/u,
    (_: string, era: string, year: string, month: string, day: string) =>
      `${eras.get(era)! + (year === '元' ? 1 : Number(year))}-${month}-${day} `,
  ],
  [
    /^(?:民國|民国)?(1\d{2})([年/.-])(\d{1,2})[月/.-](\d{1,2})日?(?!\d)/u,
    (_: string, year: string, __: string, month: string, day: string) =>
      `${Number(year) + 1911}-${month}-${day} `,
  ],
  [/^(\d{4})[年년] ?(\d{1,2})[月월] ?(\d{1,2})[日일]/u, '$1-$2-$3 '],
  [
    /(\d{1,2})[時时시点點] ?(\d{1,2})[分분](?: ?(\d{1,2})[秒초])?$/u,
    (_: string, hour: string, minute: string, second: string | undefined) =>
      [hour, minute, second ?? '00'].map((each) => each.padStart(2, '0')).join(':'),
  ],
  [/^(\d{4})\. ?(\d{1,2})\. ?(\d{1,2})\.?(?!\d)/, '$1-$2-$3 '],
  // Vietnam, where months have numbers; the Levant, where some have two words.
  [/^(?:ngày )?(\d{1,2}) (?:tháng|thg) (\d{1,2}),? (?:năm )?(\d{4})/iu, '$3-$2-$1'],
  [/كانون الثاني/u, 'January'],
  [/كانون الأول/u, 'December'],
  [/تشرين الثاني/u, 'November'],
  [/تشرين الأول/u, 'October'],
  // Halves of the day.
  [/上午|凌晨|早上|午前|오전/u, ' AM '],
  [/下午|晚上|中午|午後|오후/u, ' PM '],
  [/(\d) ?(?:π\. ?μ\.?|ص|صباحا?|SA)$/u, '$1 AM'],
  [/(\d) ?(?:μ\. ?μ\.?|م|مساءً?|CH)$/u, '$1 PM'],
  [/(\d) ?([ap])\. ?m\.?$/i, '$1 $2m'],
  [/ (AM|PM) *(\d{1,2}(?:[:.]\d{1,2}){0,2})$/, ' $2 $1'],
  // Words between date and clock, and behind them.
  [
    /(\d|\p{L}\.?),? (?:at|um|om|à|às|a las|alle ore|alle|ore|kl\.?|klo|v|o|в|о|στις|saat|pukul|jam|lúc|la ora|เวลา|الساعة|בשעה) (?=\d{1,2} ?[:.h])/iu,
    '$1 ',
  ],
  [/(\d{4}) ?(?:года|г|року|р)\.?(?=[, ]|$)/u, '$1'],
  [/(:\d{2}) ?(?:ч|น|óra|hod|hrs?)\.?$/iu, '$1'],
  [/(\d{1,2}) ?h ?(\d{2})(?: ?m(?:in)?\.? ?(\d{2}) ?s?)?(?=$| )/i, '$1:$2'],
  // Unix `date`, access logs, and clocks before dates.
  [/^(\p{L}+ \d{1,2}) (\d{1,2}:\d{2}:\d{2})(?: ([A-Z]{3,5}))? (\d{4})$/u, '$1 $4 $2 $3'],
  [/^([\w/]+\d{4}):(?=\d{2}:\d{2})/, '$1 '],
  [/^(\d{1,2}:\d{2}(?::\d{2})?(?: ?[AP]M)?),? (?=\d{1,4}[-/. ]|\p{L})(.*)$/iu, '$2 $1'],
  [/ {2,}/g, ' '],
];
