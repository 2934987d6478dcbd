// A build step for bundles that show a part of the app, such as the widgets: of the translations, keeps the messages of the bundle's
// own modules. Entry → modules that it imports → ids of their messages → translations without the rest.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { generateMsgId } from '@lit/localize/internal/id-generation.js';
import { type Plugin, parseSync } from 'vite';

const translations = /[\\/]locales[\\/](?:de|ar)\.ts$/;

/** A node of the syntax tree, as ESTree and its extension for TypeScript have it. */
interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [property: string]: unknown;
}

/** @param entry path of the bundle's first module; for a bundle of translations alone, that of the bundle that loads it */
export function usedMessages(entry: string): Plugin {
  let modules: ReadonlySet<string>;
  return {
    name: 'couture-used-messages',
    apply: 'build',
    enforce: 'pre',
    buildStart() {
      modules = modulesOf(entry);
    },
    transform(code, id) {
      return translations.test(id) ? keepMessages(code, messagesOf(modules)) : undefined;
    },
    generateBundle() {
      // The messages of a module that was missed, such as one behind an alias, would be shown in English.
      const web = path.dirname(path.dirname(entry)) + path.sep;
      for (const id of this.getModuleIds())
        if (id.startsWith(web) && id.endsWith('.ts') && !modules.has(id) && messagesOf([id]).size > 0)
          this.error(`${id} is in the bundle, but ${entry} does not import it.`);
    },
  };
}

/** Returns the paths of a module and of all that it imports by relative paths, at once or later. */
export function modulesOf(entry: string): Set<string> {
  const found = new Set<string>();
  const visit = (file: string) => {
    if (found.has(file)) return;
    found.add(file);
    const text = readFileSync(file, 'utf8');
    const { staticImports, staticExports, dynamicImports } = parseSync(file, text).module;
    const imported = [
      ...staticImports.map(({ moduleRequest }) => moduleRequest.value),
      ...staticExports.flatMap(({ entries }) => entries.map((each) => each.moduleRequest?.value)),
      // Between quotes.
      ...dynamicImports.map(({ moduleRequest: { start, end } }) => text.slice(start + 1, end - 1)),
    ];
    for (const name of imported)
      if (name && /^\.{1,2}\/.*\.ts$/.test(name)) visit(path.resolve(path.dirname(file), name));
  };
  visit(entry);
  return found;
}

/** Returns the ids of the messages that modules give to `msg`: texts, and templates of `str` and `html`. */
export function messagesOf(modules: Iterable<string>): Set<string> {
  const ids = new Set<string>();
  for (const file of modules)
    for (const node of nodesOf(parse(file, readFileSync(file, 'utf8')))) {
      if (node.type !== 'CallExpression' || (node.callee as Node).name !== 'msg') continue;
      const [message] = node.arguments as readonly Node[];
      ids.add(idOf(message!, file));
    }
  return ids;
}

/** @throws Error if it is no text: lit-localize cannot translate it either */
function idOf(message: Node, file: string): string {
  if (message.type === 'Literal' && typeof message.value === 'string')
    return generateMsgId(message.value, false);
  const isTagged = message.type === 'TaggedTemplateExpression';
  const template = isTagged ? (message.quasi as Node) : message;
  if (template.type !== 'TemplateLiteral') throw new Error(`${file}: a message of msg() is no text.`);
  const strings = (template.quasis as ReadonlyArray<{ value: { cooked: string } }>).map(
    ({ value }) => value.cooked,
  );
  return isTagged
    ? generateMsgId(strings, (message.tag as Node).name === 'html')
    : generateMsgId(strings[0]!, false);
}

/** Returns the code of translations without the messages that are not in `ids`. */
export function keepMessages(code: string, ids: ReadonlySet<string>): string {
  const unused = [...nodesOf(parse('translations.ts', code))].filter(
    ({ type, key }) => type === 'Property' && !ids.has((key as { name: string }).name),
  );
  let kept = code;
  // From the end, so that the places before stay right. A comma follows each.
  for (const { start, end } of unused.reverse()) kept = kept.slice(0, start) + kept.slice(end + 1);
  return kept;
}

function parse(file: string, text: string): Node {
  const { program, errors } = parseSync(file, text);
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]!.message}`);
  return program as unknown as Node;
}

/** A node and all nodes below it, in the order of the text. */
function* nodesOf(node: Node): Generator<Node> {
  yield node;
  for (const value of Object.values(node))
    for (const each of Array.isArray(value) ? value : [value])
      if (typeof each?.type === 'string') yield* nodesOf(each as Node);
}
