// The widgets bring the translations of their own messages, all of them and no others.
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { generateMsgId } from '@lit/localize/internal/id-generation.js';
import { assert, suite } from '../../fixtures/suite.ts';
import { keepMessages, messagesOf, modulesOf } from './used-messages.ts';

const test = suite<{ folder: string }>('messages of a bundle');

test.beforeEach(async (context) => {
  context.folder = await mkdtemp(path.join(os.tmpdir(), 'couture-messages-'));
});
test.afterEach(({ folder }) => rm(folder, { recursive: true, force: true }));

const file = (name: string) => `'./${name}.ts'`;
const sources: Readonly<Record<string, string>> = {
  'entry.ts': `import { a } from ${file('a')};
    import { html } from 'lit';
    export * from ${file('b')};
    const later = () => import(${file('c')});
    export const words = msg('It’s \\'here\\'');`,
  'a.ts': `export const a = (n: number) => msg(str\`\${n} items at \${n * 2}\`);`,
  'b.ts': 'export const b = msg(`One text\nof two lines`);',
  'c.ts': `export default msg(html\`A <b>\${1}</b>\`);`,
  'other.ts': `export const other = msg('Elsewhere');`,
};

test('are those of all modules that it imports, at once or later', async ({ folder }) => {
  for (const [name, text] of Object.entries(sources)) await writeFile(path.join(folder, name), text);
  const modules = modulesOf(path.join(folder, 'entry.ts'));
  assert.equal([...modules].map((each) => path.basename(each)).sort(), ['a.ts', 'b.ts', 'c.ts', 'entry.ts']);
  const expected = [
    generateMsgId("It’s 'here'", false),
    generateMsgId(['', ' items at ', ''], false),
    generateMsgId('One text\nof two lines', false),
    generateMsgId(['A <b>', '</b>'], true),
  ];
  assert.equal([...messagesOf(modules)].sort(), expected.sort());
});

test('a message that is no text is an error', async ({ folder }) => {
  const odd = path.join(folder, 'odd.ts');
  await writeFile(odd, 'msg(words);');
  assert.throws(() => messagesOf([odd]), /odd\.ts: a message of msg\(\) is no text\./);
});

test('stay in the translations, the others go', () => {
  const code = `export const templates = {
      s1: \`eins\`,
      s2: str\`\${0}, zwei\`,
      h3: html\`<b>\${0}</b>\`,
    };`;
  const { templates } = evaluate(keepMessages(code, new Set(['s2'])));
  assert.equal(Object.keys(templates), ['s2']);
  assert.equal(Object.keys(evaluate(keepMessages(code, new Set(['s1', 's2', 'h3']))).templates), [
    's1',
    's2',
    'h3',
  ]);
  assert.equal(evaluate(keepMessages(code, new Set())).templates, {});
});

test('every message of the widgets has its translation in the built files, and no message of the console has one', () => {
  const root = path.resolve(import.meta.dirname, '../../..');
  const built = (name: string) => readFileSync(path.join(root, 'dist/site/embed', name), 'utf8');
  const messages = (entry: string) => messagesOf(modulesOf(path.join(root, 'web', entry)));
  const own = messages('embed/couture-widgets.ts');
  const console = [...messages('console/console.element.ts')].filter((id) => !own.has(id));
  assert.ok(own.size > 100 && console.length > 100);
  for (const name of ['couture-widgets.js', 'locale-ar.js']) {
    const text = built(name);
    assert.equal(
      [...own].filter((id) => !text.includes(id)),
      [],
      name,
    );
    assert.equal(
      console.filter((id) => text.includes(id)),
      [],
      name,
    );
  }
});

/** Runs the code of translations, whose template tags keep their strings. */
function evaluate(code: string): { templates: Record<string, unknown> } {
  const body = code.replace('export const templates =', 'return');
  const tag = (strings: TemplateStringsArray) => strings.raw.join('…');
  return { templates: new Function('str', 'html', body)(tag, tag) as Record<string, unknown> };
}
