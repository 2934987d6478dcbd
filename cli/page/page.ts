// One self-contained HTML page: no script, nothing loaded from anywhere, light and dark, from phones up.

export interface Section {
  readonly title: string;
  /** One sentence below the title. */
  readonly lead?: string;
  /** HTML; what comes from outside has been escaped. */
  readonly body: string;
}

export interface PageInput {
  readonly title: string;
  readonly lead: string;
  /** Figures that come first. */
  readonly tiles: ReadonlyArray<{ readonly label: string; readonly value: string; readonly note?: string }>;
  readonly sections: readonly Section[];
  readonly madeAt: Date;
}

export function page({ title, lead, tiles, sections, madeAt }: PageInput): string {
  const date = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' });
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<style>${styles}</style>
</head>
<body>
<header><p class="brand">couture</p><h1>${escapeHtml(title)}</h1><p class="lead">${escapeHtml(lead)}</p></header>
<main>
<dl class="tiles">${tiles
    .map(
      ({ label, value, note }) =>
        `<div><dt>${escapeHtml(label)}</dt><dd>${escapeHtml(value)}${note ? `<small>${escapeHtml(note)}</small>` : ''}</dd></div>`,
    )
    .join('')}</dl>
${sections
  .map(
    (section) =>
      `<section><h2>${escapeHtml(section.title)}</h2>${section.lead ? `<p>${escapeHtml(section.lead)}</p>` : ''}${section.body}</section>`,
  )
  .join('\n')}
</main>
<footer>Made by couture on ${date.format(madeAt)} UTC.</footer>
</body>
</html>
`;
}

export interface Column {
  readonly title: string;
  readonly number?: boolean;
}

/** A table that scrolls sideways in itself where it is too wide; `marked`: the row that the page is about. */
export function htmlTable(
  caption: string,
  columns: readonly Column[],
  rows: ReadonlyArray<readonly (string | undefined)[]>,
  marked = -1,
): string {
  const cell = (tag: 'th' | 'td', text: string, column: Column, scope = '') =>
    `<${tag}${scope}${column.number ? ' class="n"' : ''}>${escapeHtml(text)}</${tag}>`;
  const head = columns.map((column) => cell('th', column.title, column, ' scope="col"')).join('');
  const body = rows
    .map(
      (row, at) =>
        `<tr${at === marked ? ' class="marked"' : ''}>${row
          .map((text, index) =>
            index === 0
              ? cell('th', text ?? '–', columns[index]!, ' scope="row"')
              : cell('td', text ?? '–', columns[index]!),
          )
          .join('')}</tr>`,
    )
    .join('');
  return `<div class="scroll" tabindex="0" role="region" aria-label="${escapeHtml(caption)}"><table><caption>${escapeHtml(caption)}</caption><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>`;
}

export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

const styles = `
:root{--paper:#faf9f7;--surface:#fff;--ink:#1c1b1a;--muted:#66625c;--line:#e4e0d9;--accent:#1d4ed8;--good:#18794e;--bad:#b42318;
--s1:#1d4ed8;--s2:#c2410c;--s3:#15803d;--s4:#7e22ce;--s5:#0e7490;--s6:#a16207;--s7:#be185d;--s8:#57534e}
@media (prefers-color-scheme:dark){:root{--paper:#161514;--surface:#201f1d;--ink:#f2efe9;--muted:#aaa49a;--line:#3a3733;--accent:#8fb2ff;--good:#5fd39b;--bad:#ff8a7a;
--s1:#8fb2ff;--s2:#ff9d66;--s3:#6fd68f;--s4:#cf9bff;--s5:#5fd0e6;--s6:#e8c15a;--s7:#ff8fc0;--s8:#b9b3aa}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 ui-sans-serif,system-ui,"Segoe UI",Roboto,"Helvetica Neue",sans-serif}
header,main,footer{max-width:960px;margin:0 auto;padding:0 20px}
header{padding-top:48px}
.brand{margin:0;color:var(--accent);font-weight:600;letter-spacing:.04em}
h1{font-family:ui-serif,Georgia,"Times New Roman",serif;font-weight:500;font-size:clamp(1.9rem,5vw,2.8rem);line-height:1.12;margin:.2em 0 .3em;text-wrap:balance}
.lead{font-size:1.1rem;color:var(--muted);max-width:62ch;margin:0 0 28px}
h2{font-family:ui-serif,Georgia,"Times New Roman",serif;font-weight:500;font-size:1.5rem;margin:0 0 .2em}
section{background:var(--surface);border:1px solid var(--line);border-radius:14px;padding:24px;margin:0 0 24px}
section>p{color:var(--muted);margin:.2em 0 1em;max-width:70ch}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:12px;margin:0 0 24px}
.tiles>div{background:var(--surface);border:1px solid var(--line);border-radius:14px;padding:14px 18px}
dt{color:var(--muted);font-size:.9rem}dd{margin:0;font-size:1.7rem;font-variant-numeric:tabular-nums;line-height:1.25}
dd small{display:block;font-size:.85rem;color:var(--muted)}
.plot svg{display:block;width:100%;height:auto;overflow:visible}.narrow{display:none}
.scroll{overflow-x:auto}.scroll:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
table{border-collapse:collapse;width:100%;font-size:.93rem;font-variant-numeric:tabular-nums}
caption{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
th,td{text-align:left;padding:8px 12px 8px 0;border-bottom:1px solid var(--line);white-space:nowrap;font-weight:400}
thead th{color:var(--muted);font-size:.85rem}.n{text-align:right}
tr.marked th,tr.marked td{font-weight:650}tr.marked th:first-child{color:var(--accent)}
.examples{display:grid;grid-template-columns:minmax(0,1fr);gap:22px}
.example h3{font-size:1rem;font-weight:600;margin:0 0 8px}
.row{display:flex;gap:12px;overflow-x:auto;padding:0 0 6px;margin:0;list-style:none}
.card{flex:0 0 124px;font-size:.83rem;line-height:1.35}
.card .pic{display:grid;place-items:center;width:124px;height:124px;border-radius:10px;background:var(--paper);border:1px solid var(--line);overflow:hidden;color:var(--muted);font-family:ui-serif,Georgia,serif;font-size:1.8rem;margin-bottom:6px}
.card img{width:100%;height:100%;object-fit:cover;display:block}
.card .name{display:-webkit-box;-webkit-line-clamp:3;-webkit-box-orient:vertical;overflow:hidden;overflow-wrap:anywhere}
.card .tag{color:var(--muted)}.card.right .pic{border:2px solid var(--good)}.card.right .tag{color:var(--good);font-weight:600}
.card.subject{border-right:1px solid var(--line);padding-right:12px;flex-basis:137px}
footer{color:var(--muted);font-size:.9rem;padding-bottom:48px}
@media (max-width:640px){section{padding:18px 16px;border-radius:12px}.wide{display:none}.narrow{display:block}header{padding-top:28px}.tiles{grid-template-columns:1fr 1fr}dd{font-size:1.4rem}}
@media print{section{break-inside:avoid}body{background:#fff}}
`;
