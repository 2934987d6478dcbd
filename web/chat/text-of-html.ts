// HTML of a clipboard → its text: blocks as lines, cells with tabs between them. Without a parser, which pages with Trusted Types
// forbid for strings, and in one pass: a megabyte of unclosed tags would hold the page for a minute in regular expressions.

/** Elements whose content is no text. */
const silent = new Set(['style', 'script', 'head', 'title']);
/** Elements after which a line ends. */
const blocks = new Set(['p', 'div', 'li', 'tr', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'blockquote', 'pre']);

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
};

export function textOfHtml(html: string): string {
  const lower = html.toLowerCase();
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
    const comment = html.startsWith('<!--', open);
    const [, end = '', name = ''] = /^<(\/?)([a-z][a-z0-9]*)?/.exec(lower.slice(open, open + 16))!;
    const isTag = comment || name !== '' || /[/!?]/.test(lower[open + 1] ?? '');
    if (!isTag) {
      cell += '<';
      at = open + 1;
      continue;
    }
    const close = html.indexOf(comment ? '-->' : '>', open);
    if (close < 0) break;
    at = close + (comment ? 3 : 1);
    if (silent.has(name) && end === '') at = indexOr(lower.length, lower.indexOf(`</${name}`, at));
    else if (name === 'br' || (end && blocks.has(name))) endLine();
    else if (end && (name === 'td' || name === 'th')) {
      cells.push(withoutSpaces(cell));
      cell = '';
    }
  }
  endLine();
  return lines.join('\n').trim();
}

function indexOr(otherwise: number, index: number): number {
  return index < 0 ? otherwise : index;
}

function wordsOf(source: string): string {
  return source
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/&#x([\da-f]{1,6});/gi, (_, code) => letterOf(Number.parseInt(code, 16)))
    .replaceAll(/&#(\d{1,7});/g, (_, code) => letterOf(Number(code)))
    .replaceAll(/&(\w{1,30});/g, (entity, name) => entities[name] ?? entity);
}

/** Without the spaces at both ends; a regular expression would try each run of spaces within. */
function withoutSpaces(text: string): string {
  let [from, to] = [0, text.length];
  while (text[from] === ' ') from += 1;
  while (to > from && text[to - 1] === ' ') to -= 1;
  return text.slice(from, to);
}

function letterOf(code: number): string {
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
}
