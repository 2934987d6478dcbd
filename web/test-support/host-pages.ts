// Pages of other shops with every element of couture in them, and what themes, libraries and policies do to it: each list
// holds members of one kind of trouble.

export const lists = [
  '<couture-similar-products product-id="6" limit="3"></couture-similar-products>',
  '<couture-bought-together product-id="6"></couture-bought-together>',
  '<couture-bundle product-id="6"></couture-bundle>',
  '<couture-you-may-like product-id="6" limit="3"></couture-you-may-like>',
  '<couture-personalized limit="3"></couture-personalized>',
  '<couture-trending limit="3"></couture-trending>',
  '<couture-for-cart product-ids="6" limit="3"></couture-for-cart>',
  '<couture-buy-again limit="3"></couture-buy-again>',
  '<couture-recently-viewed product-id="6" limit="3"></couture-recently-viewed>',
];

/** Lists that have no products for a guest on a first visit. */
export const emptyForGuests: readonly string[] = ['couture-buy-again', 'couture-recently-viewed'];

export interface HostPage {
  readonly lang?: string;
  /** Before the script of the widgets. */
  readonly head?: string;
  readonly script?: (url: string) => string;
  /** Elements of the page; default: one list and the chat. */
  readonly body?: string;
}

/** @param api URL of the runtime */
export function hostPage(api: string, page: HostPage): string {
  const url = `${api}/embed/couture-widgets.js`;
  const script = page.script?.(url) ?? `<script type="module" src="${url}"></script>`;
  const body = page.body ?? `${lists[0]}<couture-chat></couture-chat>`;
  return `<!doctype html>
<html lang="${page.lang ?? 'en'}"><head><meta charset="utf-8"><title>Host</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
${page.head ?? ''}${script}</head>
<body>${body.replaceAll(/<(couture-[\w-]+)/g, `<$1 api="${api}"`)}</body></html>`;
}

/** Rules of themes that must change neither sizes nor text. */
export const hostileStyles: Readonly<Record<string, string>> = {
  'root at 62.5 %': 'html { font-size: 62.5% }',
  'root at 8 px': 'html { font-size: 8px !important }',
  'root at 200 %': 'html { font-size: 200% }',
  'root by viewport': 'html { font-size: calc(4px + 2vw) }',
  'reset of everything':
    '* { margin: 0; padding: 0; box-sizing: content-box; font: inherit; border: 0; line-height: 1 }',
  'important rules for everything':
    '* { font-size: 9px !important; color: #f0f !important; letter-spacing: 4px !important; text-transform: uppercase !important; line-height: 3 !important }',
  'text of the body':
    'body { font: italic 700 30px/3 monospace; letter-spacing: .3em; word-spacing: 2em; text-transform: uppercase; text-indent: 4em; text-align: center; white-space: nowrap; text-shadow: 2px 2px red; -webkit-text-fill-color: lime; word-break: break-all }',
  'rules for tags':
    'svg { width: 200px; fill: red } button { padding: 40px; display: block; width: 100% } img { width: 900px } h2 { font-size: 80px } ul { margin: 60px } a { color: lime; font-size: 50px } input, textarea { height: 200px }',
  'vertical writing':
    'body { writing-mode: vertical-rl; width: 1200px } couture-chat { inline-size: auto } couture-similar-products { width: 900px }',
  'all: initial': 'couture-chat, couture-similar-products { all: initial; display: block }',
  'empty elements': '*:empty { display: none }',
  'unset of everything': '* { all: unset }',
  'no drawings': 'svg, img, dialog, form, ul, li, button, [popover] { display: none !important }',
  rows: 'div { display: flex } couture-similar-products { display: flex }',
  columns:
    'div { display: flex; flex-direction: column; align-items: flex-start } couture-similar-products { display: grid; justify-items: start }',
  'no pointer events': 'body { pointer-events: none }',
  'hidden by attribute only': '[hidden] { display: block !important }',
  'slow transitions': '* { transition: all 3s }',
};

/** Ancestors of the chat that would place, cut off or cover its fixed boxes. */
export const ancestors: Readonly<Record<string, string>> = {
  transform: 'transform: translate(40px, 40px) scale(.8)',
  filter: 'filter: blur(0px); overflow: hidden; width: 100px; height: 100px',
  perspective: 'perspective: 400px',
  'will-change': 'will-change: transform',
  contain: 'contain: paint layout; width: 100px; height: 10px',
  container: 'container-type: size; width: 10px; height: 10px',
  'backdrop-filter': 'backdrop-filter: blur(2px); width: 50px; height: 50px',
  'low z-index': 'position: relative; z-index: -1',
  opacity: 'opacity: .99; position: fixed; inset: 0 auto auto 0; width: 10px; height: 10px; overflow: clip',
};

/** What pages do to an element. Each is a function of the element that runs in the page. */
export const moves: Readonly<Record<string, (element: Element) => unknown>> = {
  'appended elsewhere': (element) => document.body.append(element),
  'reordered among its siblings': (element) => element.parentElement!.prepend(element),
  wrapped: (element) => {
    const box = document.createElement('div');
    element.replaceWith(box);
    box.append(element);
  },
  'moved into a shadow root': (element) => {
    const box = document.createElement('div');
    document.body.append(box);
    box.attachShadow({ mode: 'open' }).append(element);
  },
  'removed and added later': async (element) => {
    const parent = element.parentElement!;
    element.remove();
    await new Promise((resolve) => setTimeout(resolve, 300));
    parent.append(element);
  },
  'moved twice at once': (element) => {
    for (const to of [document.head, document.body]) to.append(element);
  },
  'replaced by a clone': (element) => element.replaceWith(element.cloneNode(true)),
  'rendered again from text': (element) => {
    const { parentElement } = element;
    parentElement!.innerHTML = String(parentElement!.innerHTML);
  },
  'page swapped for its copy': () => {
    const copy = document.body.cloneNode(true);
    document.body.replaceWith(copy);
  },
  'moved through a fragment': (element) => {
    const fragment = document.createDocumentFragment();
    fragment.append(element);
    document.body.append(fragment);
  },
  'attributes removed and set again': (element) => {
    const api = element.getAttribute('api')!;
    element.removeAttribute('api');
    element.setAttribute('api', api);
  },
  'moved into a frame': async (element) => {
    const frame = document.createElement('iframe');
    frame.style.cssText = 'width: 900px; height: 900px';
    document.body.append(frame);
    frame.contentDocument!.body.append(element);
  },
};

/** Libraries that change built-ins, and old polyfills. */
export const pollution: Readonly<Record<string, string>> = {
  'Prototype.js': `
    Array.prototype.toJSON = function () { return '[' + this.map((each) => JSON.stringify(each)).join(', ') + ']' };
    Object.assign(String.prototype, { toJSON() { return '"' + this + '"' } });
    Array.from = function (given) { if (!given) return []; if ('toArray' in Object(given)) return given.toArray(); const all = []; for (let i = 0; i < (given.length || 0); i++) all.push(given[i]); return all };
    Object.assign(Array.prototype, { each(run) { this.forEach(run); return this }, entries() { return this.slice() }, first() { return this[0] }, last() { return this.at(-1) }, uniq() { return this }, without() { return this }, clear() { this.length = 0; return this } });
    Object.assign(Element.prototype, { show() {}, hide() {}, toggle() {}, update() {}, select() { return [] }, visible() { return true }, replace() {} });
    Function.prototype.bind = ((own) => function (...given) { return own.apply(this, given) })(Function.prototype.bind);`,
  MooTools: `
    Object.prototype.forEachOwn = function () {};
    Array.prototype.append = function () {}; Array.prototype.pick = function () {};
    Object.assign(Element.prototype, { get() {}, set() {}, erase() {}, inject() {}, dispose() {} });
    Function.prototype.extend = function () {}; Number.prototype.limit = function () {}; String.prototype.test = function () {};`,
  'values of all objects':
    'Object.prototype.extra = 1; Array.prototype.extra = {}; String.prototype.extra = "";',
  'an old promise': `
    delete Promise.prototype.finally; delete Promise.allSettled; delete Promise.any;`,
  'events that end at the window': `
    for (const type of ['keydown', 'keypress', 'keyup', 'beforeinput', 'input', 'paste', 'change', 'submit'])
      window.addEventListener(type, (event) => event.stopPropagation(), true);`,
  'toJSON of objects': 'Object.prototype.toJSON = function () { return {} };',
  'fetch without options': `
    const own = window.fetch;
    window.fetch = function (input, init) { return own.call(this, String(input), init).then((answer) => answer) };`,
  'fetch that adds headers': `
    const own = window.fetch;
    window.fetch = (input, init) => own(input, { ...init, headers: { ...init?.headers } });`,
  'Zone.js': `
    const add = EventTarget.prototype.addEventListener;
    EventTarget.prototype.addEventListener = function (type, run, options) { return add.call(this, type, typeof run === 'function' ? function (...given) { return run.apply(this, given) } : run, options) };
    const later = window.setTimeout;
    window.setTimeout = (run, ms, ...rest) => later(() => (typeof run === 'function' ? run(...rest) : 0), ms);`,
  'an AMD loader':
    'window.define = () => { throw new Error("mismatched anonymous define()") }; window.define.amd = {};',
  'CommonJS names':
    'window.module = { exports: {} }; window.exports = window.module.exports; window.require = () => ({});',
  'globals of one letter': 'window.e = window.t = window.n = 1; window.process = { env: {} };',
  'a console without methods': 'window.console = {};',
  'a matchMedia without events': `
    const own = window.matchMedia;
    window.matchMedia = (query) => ({ matches: own.call(window, query).matches, media: query, addListener() {}, removeListener() {} });`,
  'frozen built-ins':
    'for (const each of [Array, Object, Function, Promise, String, Map, Set, RegExp, Error, Date]) Object.freeze(each.prototype);',
  'wrapped elements': `
    const own = customElements.define.bind(customElements);
    customElements.define = (name, type, options) => own(name, class extends type {}, options);`,
};

/** How pages load the script. */
export const loadings: Readonly<Record<string, (url: string) => string>> = {
  module: (url) => `<script type="module" src="${url}"></script>`,
  twice: (url) =>
    `<script type="module" src="${url}"></script><script type="module" src="${url}?v=2"></script>`,
  'two versions, classic': (url) => `<script src="${url}?v=1"></script><script src="${url}?v=2"></script>`,
  classic: (url) => `<script src="${url}"></script>`,
  'classic, deferred': (url) => `<script defer src="${url}"></script>`,
  'classic and module': (url) => `<script src="${url}"></script><script type="module" src="${url}"></script>`,
  'by a tag manager': (url) =>
    `<script>const tag = document.createElement('script'); tag.src = '${url}'; document.head.append(tag)</script>`,
  'by import()': (url) => `<script>import('${url}')</script>`,
  'package module': (url) => `<script type="module" src="${url.replace(/js$/, 'mjs')}"></script>`,
  'with a base': (url) =>
    `<base href="https://cdn.invalid/assets/"><script type="module" src="${url}"></script>`,
};
