// The evaluation behind the accessibility statement: one row for each criterion of WCAG 2.2, level A and AA, with its result, the
// automated tests that show it, and what was checked by hand. evaluation.test.ts fails if a test or a criterion is missing.
import type { CheckKind, Conformance } from '../../contract/accessibility.ts';

/** Date of the last evaluation by hand. */
export const evaluatedOn = '2026-11-29';

/** An automated test: how it checks, its file, and its title as the test runner prints it. */
export type NamedTest = readonly [kind: Exclude<CheckKind, 'by_hand'>, file: string, title: string];

// biome-ignore format: one row per line
export const accessibilityTests = {
  axePhone: ['axe', 'web/shop/accessibility.slow.test.ts', 'axe finds nothing on any page, phone, light'],
  axeDesk: ['axe', 'web/shop/accessibility.slow.test.ts', 'axe finds nothing on any page, desk, dark'],
  axeChat: ['axe', 'web/chat/chat.browser.test.ts', 'the console works on a phone and by keyboard alone; both are accessible'],
  axeConsole: ['axe', 'web/console/queues.slow.test.ts', 'axe finds nothing, and nothing is cut off, desk of 1280 px, dark'],
  axeStatement: ['axe', 'web/shop/accessibility.slow.test.ts', 'axe finds nothing on the accessibility statement, in any language'],
  width320: ['geometry', 'web/shop/accessibility.slow.test.ts', 'no page is wider than its window, at 320 px and from right to left'],
  width320Languages: ['geometry', 'web/shop/accessibility.slow.test.ts', 'no page is wider than 390 or 320 px in German or in Arabic'],
  console320: ['geometry', 'web/console/queues.slow.test.ts', 'axe finds nothing, and nothing is cut off, phone of 320 px, dark'],
  buttonSizes: ['geometry', 'web/shop/accessibility.slow.test.ts', 'all that can be pressed has the minimum target size'],
  largeText: ['geometry', 'web/shop/first-view.slow.test.ts', 'very large text: if name and price do not fit above the bar, there is no bar'],
  launcherApart: ['geometry', 'web/chat/chat.browser.test.ts', 'the chat button covers no control that shoppers need to buy a product'],
  brandColours: ['contrast', 'runtime/shop/brand-colours.test.ts', 'any colour of a shop is readable on every background, and so is the text on it'],
  lineColours: ['contrast', 'runtime/http/accessibility/evaluation.test.ts', 'borders of fields and the focus ring stand out from every background'],
  hostColours: ['contrast', 'web/embed/host-pages.slow.test.ts', 'text can be read on any background'],
  keyboardOrder: ['keyboard', 'web/shop/way-to-order.browser.test.ts', 'by keyboard alone: search, product, bag, order'],
  keyboardFilters: ['keyboard', 'web/shop/facets.slow.test.ts', 'several colours and sizes are chosen by keyboard, counted, kept by a reload, and cleared'],
  keyboardSize: ['keyboard', 'web/shop/facets.slow.test.ts', 'a size is chosen in place by keyboard, a sold-out one says so, and the bag names what was chosen'],
  keyboardConsole: ['keyboard', 'web/console/queues.slow.test.ts', 'a shopper chooses a team, and its queue counts down; the chat moves to another team by keyboard'],
  singleKeys: ['keyboard', 'web/console/queues.slow.test.ts', 'shortcuts of one character are turned off for this device; the palette opens by touch, and returns the focus'],
  focusChat: ['keyboard', 'web/chat/focus.slow.test.ts', "a shopper's keyboard always goes somewhere (desktop)"],
  focusPanel: ['keyboard', 'web/chat/focus.slow.test.ts', 'on a phone the focus stays in the panel'],
  focusSeen: ['keyboard', 'web/shop/accessibility.slow.test.ts', 'the focus is never hidden, forwards and backwards by keyboard'],
  focusPages: ['keyboard', 'web/shop/seen-and-focused.slow.test.ts', 'after each navigation the focus is on the heading of the new page'],
  faults: ['behaviour', 'web/shop/way-to-order.browser.test.ts', 'faults stand beside their fields, the first has the focus, and a reload loses nothing'],
  sizesAsText: ['behaviour', 'web/shop/seen-and-focused.slow.test.ts', 'sizes are text that can be told apart, also without pictures'],
  titles: ['behaviour', 'web/shop/navigation.browser.test.ts', 'a link changes title, URL and focus; "back" restores the scroll position'],
  languages: ['behaviour', 'web/shop/navigation.browser.test.ts', 'switches to German, and remembers the language'],
  languageOfParts: ['behaviour', 'web/shop/lists-and-cards.slow.test.ts', 'on a German page, texts of the shop carry their language'],
  counted: ['behaviour', 'web/shop/lists-and-cards.slow.test.ts', 'a list says how many items it has, also after a filter'],
  alarm: ['behaviour', 'web/console/queues.slow.test.ts', 'a target that passes is announced and stands in the title; the state is the same on every page'],
  stillMotion: ['behaviour', 'web/shop/accessibility.slow.test.ts', 'nothing moves when the reader prefers reduced motion'],
  withoutScripts: ['behaviour', 'web/shop/first-paint.slow.test.ts', 'without scripts there are products, prices and links to all of them'],
  keptForm: ['behaviour', 'web/chat/typed.slow.test.ts', 'the start form keeps its text over Esc, minimising and reloading, and gives it to a chat begun elsewhere'],
  mouseOrder: ['behaviour', 'web/shop/way-to-order.browser.test.ts', 'by mouse: home, category, product, bag, order'],
} as const satisfies Record<string, NamedTest>;

export type TestKey = keyof typeof accessibilityTests;

/** Names of remarks, whose words are in statement-words.ts. */
export type RemarkKey =
  | 'pictures'
  | 'noMedia'
  | 'noMotion'
  | 'noPasswords'
  | 'shortcuts'
  | 'messages'
  | 'shopWords'
  | 'sounds'
  | 'hoverButton'
  | 'cutNames';

export interface Criterion {
  /** Number in WCAG 2.2. */
  readonly number: string;
  readonly level: 'A' | 'AA';
  readonly conformance: Conformance;
  readonly tests?: readonly TestKey[];
  /** What a person checked on `evaluatedOn`, in English. */
  readonly byHand?: string;
  readonly remark?: RemarkKey;
}

const axe = ['axePhone', 'axeDesk', 'axeChat', 'axeConsole', 'axeStatement'] as const;

// biome-ignore format: one row per line
export const criteria: readonly Criterion[] = [
  { number: '1.1.1', level: 'A', conformance: 'partly', tests: axe, remark: 'pictures' },
  { number: '1.2.1', level: 'A', conformance: 'not_applicable', remark: 'noMedia' },
  { number: '1.2.2', level: 'A', conformance: 'not_applicable', remark: 'noMedia' },
  { number: '1.2.3', level: 'A', conformance: 'not_applicable', remark: 'noMedia' },
  { number: '1.2.4', level: 'AA', conformance: 'not_applicable', remark: 'noMedia' },
  { number: '1.2.5', level: 'AA', conformance: 'not_applicable', remark: 'noMedia' },
  { number: '1.3.1', level: 'A', conformance: 'supported', tests: [...axe, 'faults'] },
  { number: '1.3.2', level: 'A', conformance: 'supported', tests: ['withoutScripts', 'keyboardOrder'], byHand: 'Compared the order of the stops of Tab on a product page with its layout: it is that of reading.' },
  { number: '1.3.3', level: 'A', conformance: 'supported', byHand: 'Searched all texts of the user interface for shapes, colours and places: one says “below”, of a list that it names.' },
  { number: '1.3.4', level: 'AA', conformance: 'supported', byHand: 'Opened home, category, product and checkout upright (390 × 664) and across (640 × 400, 1280 × 800): all content is there in both.' },
  { number: '1.3.5', level: 'AA', conformance: 'supported', tests: ['axePhone', 'faults'] },
  { number: '1.4.1', level: 'A', conformance: 'supported', tests: ['axePhone', 'axeDesk', 'sizesAsText', 'faults'] },
  { number: '1.4.2', level: 'A', conformance: 'supported', byHand: 'Read the code of all sounds: only the console plays any, the longest for less than 3 seconds, and a button turns them off.', remark: 'sounds' },
  { number: '1.4.3', level: 'AA', conformance: 'supported', tests: [...axe, 'brandColours', 'hostColours'] },
  { number: '1.4.4', level: 'AA', conformance: 'supported', tests: ['largeText'], byHand: 'Enlarged home, category, product, checkout and console to 200 % (a window of 640 × 400 for one of 1280 × 800): nothing is wider than the window, and no control is lost. The last row of the footer was under the buy bar of product pages, which was corrected.' },
  { number: '1.4.5', level: 'AA', conformance: 'partly', byHand: 'Looked at shop, chat and console: text is text, except in logos.', remark: 'pictures' },
  { number: '1.4.10', level: 'AA', conformance: 'supported', tests: ['width320', 'width320Languages', 'console320'], byHand: 'Opened home, category, product, checkout and chat at 320 × 256: nothing is wider than the window.' },
  { number: '1.4.11', level: 'AA', conformance: 'supported', tests: ['lineColours'] },
  { number: '1.4.12', level: 'AA', conformance: 'partly', byHand: 'Set the spacing of the criterion on home, category, product, bag and checkout, at 390 and 1280 px: nothing overlaps or widens the page; one long product name on a card was cut.', remark: 'cutNames' },
  { number: '1.4.13', level: 'AA', conformance: 'partly', byHand: 'Read the styles of all elements for what appears on hover or focus.', remark: 'hoverButton' },
  { number: '2.1.1', level: 'A', conformance: 'supported', tests: ['keyboardOrder', 'keyboardFilters', 'keyboardSize', 'keyboardConsole'], byHand: 'Went through home, category, product, checkout, chat and console with Tab at 1280, 640 and 320 px, sent a message, and took a chat, without a mouse.' },
  { number: '2.1.2', level: 'A', conformance: 'supported', tests: ['focusChat', 'focusPanel'], byHand: 'Left every page, the chat and the console with Tab or Esc; the chat on a phone keeps the focus until Esc.' },
  { number: '2.1.4', level: 'A', conformance: 'supported', tests: ['singleKeys'], remark: 'shortcuts' },
  { number: '2.2.1', level: 'A', conformance: 'partly', byHand: 'Read the code of all messages that go away by themselves.', remark: 'messages' },
  { number: '2.2.2', level: 'A', conformance: 'supported', tests: ['stillMotion'], byHand: 'Searched all styles: no animation repeats, and none lasts longer than half a second.' },
  { number: '2.3.1', level: 'A', conformance: 'supported', byHand: 'Searched all styles: no animation repeats, so that nothing flashes.' },
  { number: '2.4.1', level: 'A', conformance: 'supported', tests: ['axePhone', 'axeDesk', 'keyboardOrder'] },
  { number: '2.4.2', level: 'A', conformance: 'supported', tests: [...axe, 'titles'] },
  { number: '2.4.3', level: 'A', conformance: 'supported', tests: ['keyboardOrder', 'focusPages', 'focusChat', 'focusPanel'] },
  { number: '2.4.4', level: 'A', conformance: 'supported', tests: axe },
  { number: '2.4.5', level: 'AA', conformance: 'supported', tests: ['mouseOrder', 'keyboardOrder'] },
  { number: '2.4.6', level: 'AA', conformance: 'supported', tests: axe, byHand: 'Read the headings and labels of home, product, checkout, chat and console.', remark: 'shopWords' },
  { number: '2.4.7', level: 'AA', conformance: 'supported', tests: ['lineColours'], byHand: 'Looked at the outline of every stop of Tab on home, category, product, checkout, chat and console; product cards have it around the whole card.' },
  { number: '2.4.11', level: 'AA', conformance: 'supported', tests: ['focusSeen', 'focusPanel'], byHand: 'Went forwards and backwards by keyboard through six pages in four window sizes, and four of them in a fifth: header and buy bar hid some stops, which was corrected.' },
  { number: '2.5.1', level: 'A', conformance: 'supported', byHand: 'Read the code of all pointer events: no gesture with several fingers or along a path.' },
  { number: '2.5.2', level: 'A', conformance: 'supported', byHand: 'Read the code of all pointer events: everything is triggered by a click, on release.' },
  { number: '2.5.3', level: 'A', conformance: 'supported', byHand: 'Ran axe’s experimental rule label-content-name-mismatch on home, category, product, bag, checkout and account: no finding.' },
  { number: '2.5.4', level: 'A', conformance: 'not_applicable', remark: 'noMotion' },
  { number: '2.5.7', level: 'AA', conformance: 'supported', byHand: 'Read the code of all pointer events: only files can be dragged, into the chat, and a button chooses them as well.' },
  { number: '2.5.8', level: 'AA', conformance: 'supported', tests: [...axe, 'buttonSizes'] },
  { number: '3.1.1', level: 'A', conformance: 'supported', tests: [...axe, 'languages'] },
  { number: '3.1.2', level: 'AA', conformance: 'supported', tests: ['languageOfParts'], remark: 'shopWords' },
  { number: '3.2.1', level: 'A', conformance: 'supported', tests: ['keyboardOrder'], byHand: 'Went through home, category, product, checkout, chat and console with Tab: nothing opens or changes when it gets the focus.' },
  { number: '3.2.2', level: 'A', conformance: 'supported', tests: ['keyboardFilters', 'keyboardSize'] },
  { number: '3.2.3', level: 'AA', conformance: 'supported', byHand: 'Compared header, menu and footer of the pages of the shop: same links, same order.' },
  { number: '3.2.4', level: 'AA', conformance: 'supported', byHand: 'Compared bag, watch list, search and chat on the pages of the shop: same names, same icons.' },
  { number: '3.2.6', level: 'A', conformance: 'supported', tests: ['launcherApart'], byHand: 'Compared the pages of the shop: the chat button is last in the same corner, the footer with its links after the content.' },
  { number: '3.3.1', level: 'A', conformance: 'supported', tests: ['faults'] },
  { number: '3.3.2', level: 'A', conformance: 'supported', tests: [...axe, 'faults'] },
  { number: '3.3.3', level: 'AA', conformance: 'supported', tests: ['faults'] },
  { number: '3.3.4', level: 'AA', conformance: 'supported', tests: ['faults', 'keyboardOrder'] },
  { number: '3.3.7', level: 'A', conformance: 'supported', tests: ['faults', 'keptForm'] },
  { number: '3.3.8', level: 'AA', conformance: 'not_applicable', remark: 'noPasswords' },
  { number: '4.1.2', level: 'A', conformance: 'supported', tests: axe },
  { number: '4.1.3', level: 'AA', conformance: 'supported', tests: ['counted', 'alarm'] },
];
