// The built bundles use no API, and their styles nothing, that the oldest supported browsers lack, except behind a check.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { assert, suite } from '../../fixtures/suite.ts';
import { browsers } from './browsers.ts';

const test = suite('supported browsers');

/** From dist/web/build. */
const site = path.resolve(import.meta.dirname, '../../site');
const scripts = ['', 'assets', 'embed'].flatMap((folder) =>
  readdirSync(path.join(site, folder))
    .filter((name) => /\.(js|mjs)$/.test(name) && !name.startsWith('stories'))
    .map((name) => ({ name, text: readFileSync(path.join(site, folder, name), 'utf8') })),
);

/** API → its form in minified code. All of them are missing from one of `browsers`, or outside secure contexts. */
const missing: Readonly<Record<string, RegExp>> = {
  'crypto.randomUUID': /\.randomUUID\b/,
  'crypto.subtle': /\.subtle\b/,
  'AbortSignal.any and timeout': /AbortSignal\.\w/,
  'AbortSignal.throwIfAborted': /\.throwIfAborted\b/,
  'URL.canParse and parse': /\bURL\.(?:canParse|parse)\b/,
  'Array.fromAsync': /\bArray\.fromAsync\b/,
  'Object.groupBy, Map.groupBy': /\b(?:Object|Map)\.groupBy\b/,
  'Promise.withResolvers and try': /\bPromise\.(?:withResolvers|try)\b/,
  'arrays changed by copy': /\.(?:toSorted|toReversed|toSpliced)\(/,
  'set methods': /\.(?:isSubsetOf|isSupersetOf|isDisjointFrom|symmetricDifference)\(/,
  'iterator helpers':
    /\bIterator\.from\b|\.(?:values|keys|entries)\(\)\.(?:map|filter|some|find|toArray|take|drop|reduce|forEach|every|flatMap)\(/,
  'well-formed strings': /\.(?:isWellFormed|toWellFormed)\(/,
  // A syntax error in Safari before 16.4, for the whole file.
  lookbehind: /\(\?<[=!]/,
  'static Response.json, URLSearchParams.size': /\bResponse\.json\(|[sS]earchParams\.size\b/,
  'Intl.Locale information': /\.(?:getTextInfo|getWeekInfo|textInfo|weekInfo)\b/,
  'ElementInternals, reflected ARIA, CommandEvent':
    /\.attachInternals\b|\.(?:ariaLabel|ariaExpanded|ariaHidden|ariaDescription)\s*=[^=]|\bcommandForElement\b/,
  'OffscreenCanvas, scrollend, requestClose': /\bOffscreenCanvas\b|"scrollend"|\.requestClose\(/,
  'typed arrays and lists from their end': /\.(?:findLastIndex)\(|\bArray\.prototype\.group/,
  'RegExp.escape, flag v': /\bRegExp\.escape\b|\/[dgimsuy]*v[dgimsuy]*\.(?:test|exec)\(/,
  'Intl.Segmenter, DurationFormat': /\bIntl\.(?:Segmenter|DurationFormat|ListFormat)\b/,
  // Firefox 115 throws.
  'Intl.NumberFormat v3':
    /\bsignDisplay:\s*["'`]negative|\b(?:roundingMode|roundingIncrement|roundingPriority|trailingZeroDisplay)\b|\.(?:formatRange(?:ToParts)?|selectRange)\(|useGrouping:\s*["'`]/,
  structuredClone: /\bstructuredClone\b/,
  'navigator.locks, clipboard, share': /\bnavigator\.(?:locks|clipboard|share|storage|userAgentData)\b/,
  // The elements of a page that is covered by a dialog ask for `showPopover` first.
  'moveBefore, setHTML': /\.(?:moveBefore|setHTMLUnsafe|checkVisibility)\(/,
  'dynamic code, which the policy of the shop forbids': /\bnew Function\b|\beval\(/,
};

/** The same for CSS in elements, which no tool compiles. `:has` stands behind @supports. */
const missingStyles: Readonly<Record<string, RegExp>> = {
  'container queries on styles or state': /@container[^{]*\b(?:style|scroll-state)\(/,
  nesting: /\{[^{}`$]*&[:.\s[>][^{}`]*\{/,
  'light-dark, color-mix, relative colours': /:[^;{}`]*\b(?:light-dark|color-mix|oklch|oklab)\(/,
  'media queries with signs of comparison': /@media[^{;]*[<>]=?/,
  'masks without prefix': /[;{\s]mask(?:-image|-size)?:(?!.*-webkit-mask)/,
  // Since Chrome 120 and Safari 16.4.
  ':dir()': /:dir\(/,
  subgrid: /:\s*subgrid/,
  'line heights as lengths': /\d(?:lh|rlh|cap|rcap|ric)\b[;} )]/,
  '@starting-style, anchors, field-sizing': /@starting-style|anchor-name:|field-sizing:|position-area:/,
};

test('scripts use no API that a supported browser lacks', () => {
  assert.ok(scripts.length > 20 && browsers.length > 3);
  const found = scripts.flatMap(({ name, text }) =>
    Object.entries(missing).flatMap(([api, form]) => (form.test(text) ? [`${name}: ${api}`] : [])),
  );
  assert.equal(found, []);
});

test('styles use nothing that a supported browser lacks', () => {
  const sheets = readdirSync(path.join(site, 'assets'))
    .filter((name) => name.endsWith('.css'))
    .map((name) => ({ name, text: readFileSync(path.join(site, 'assets', name), 'utf8') }));
  const found = [...scripts, ...sheets].flatMap(({ name, text }) => {
    // The colours of other shops’ pages are behind CSS.supports.
    const css = text.replaceAll(/light-dark\(#000, ?#fff\)|: light-dark\(\$\{/g, '');
    return Object.entries(missingStyles).flatMap(([what, form]) =>
      form.test(css) ? [`${name}: ${what}`] : [],
    );
  });
  assert.equal(found, []);
  for (const { name, text } of scripts)
    for (const [selector = ''] of text.matchAll(/[^{}`;]*:has\([^{}]*\{/g))
      assert.ok(text.includes('@supports selector(:has('), `${name}: ${selector.slice(0, 80)}`);
});
