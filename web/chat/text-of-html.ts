// HTML of a clipboard → its text: blocks as lines, cells with tabs between them. Without a parser, which pages with Trusted Types
// forbid for strings, and in one pass: a megabyte of unclosed tags would hold the page for a minute in regular expressions.

/** Elements whose content is no text. A head has none besides theirs, and its end tag may be missing. */
const silent = new Set(['style', 'script', 'title']);
/** Elements that are lines of their own. */
const blocks = new Set(['p', 'div', 'li', 'tr', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'blockquote', 'pre']);

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
};

/** A comment, a tag with its slash and name, or a declaration; any other "<" is a letter. */
const markup = /^<(?:!--|[!?]|(\/?)([a-z][^\s/>]*)|\/)/i;
/** Longer than any name that counts. */
const longest = 20;

export function textOfHtml(html: string): string {
  const lines: string[] = [];
  let cells: string[] = [];
  let cell = '';
  const endLine = () => {
    const last = withoutSpaces(cell);
    // The last cell of a row has ended.
    if (last !== '' || cells.length === 0) cells.push(last);
    lines.push(cells.join('\t'));
    [cells, cell] = [[], ''];
  };
  for (let at = 0; at < html.length; ) {
    const open = html.indexOf('<', at);
    cell += wordsOf(html.slice(at, open < 0 ? undefined : open));
    if (open < 0) break;
    const [found, end = '', spelt = ''] = markup.exec(html.slice(open, open + longest)) ?? [];
    if (found === undefined) {
      cell += '<';
      at = open + 1;
      continue;
    }
    const isComment = found === '<!--';
    const close = html.indexOf(isComment ? '-->' : '>', open);
    if (close < 0) break;
    at = close + (isComment ? 3 : 1);
    const name = spelt.toLowerCase();
    if (silent.has(name) && end === '') at = endTag(name, html, at);
    else if (name === 'br' || (end && blocks.has(name))) endLine();
    else if (blocks.has(name)) {
      if (withoutSpaces(cell) === '') cell = '';
      else endLine();
    } else if (end && (name === 'td' || name === 'th')) {
      cells.push(withoutSpaces(cell));
      cell = '';
    }
  }
  endLine();
  return lines.join('\n').trim();
}

/** Where the end tag of an element begins; the end of the HTML if there is none. */
function endTag(name: string, html: string, from: number): number {
  // Not in a copy in lower case, which is longer: İ becomes two letters.
  const tag = new RegExp(`</${name}`, 'gi');
  tag.lastIndex = from;
  return tag.exec(html)?.index ?? html.length;
}

function wordsOf(source: string): string {
  return source
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/&(?:#x([\da-f]{1,6})|#(\d{1,7})|(\w{1,30}));/gi, (entity, hex, decimal, name) => {
      if (name !== undefined) return entities[name] ?? entity;
      return letterOf(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16));
    });
}

/** Without the spaces at both ends; a regular expression would try each run of spaces within. */
function withoutSpaces(text: string): string {
  let [from, to] = [0, text.length];
  while (text[from] === ' ') from += 1;
  while (to > from && text[to - 1] === ' ') to -= 1;
  return text.slice(from, to);
}

function letterOf(code: number): string {
  const isLetter = code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
  return isLetter ? String.fromCodePoint(code) : '\ufffd';
}
