// The build's custom-elements.json documents every element.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { assert, suite } from '../../fixtures/suite.ts';

const test = suite('custom-elements.json');

/** The package, relative to dist/web/widgets. */
const root = path.resolve(import.meta.dirname, '../../..');

interface Manifest {
  readonly modules: ReadonlyArray<{
    readonly declarations?: ReadonlyArray<{
      readonly tagName?: string;
      readonly summary?: string;
      readonly attributes?: ReadonlyArray<{ readonly name: string }>;
      readonly events?: readonly unknown[];
      readonly cssParts?: readonly unknown[];
    }>;
  }>;
}

test('has every widget, and the chat, with its summary, attributes, events and parts', () => {
  const { customElements } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  const { modules } = JSON.parse(readFileSync(path.join(root, customElements), 'utf8')) as Manifest;
  const declared = modules.flatMap((module) => module.declarations ?? []);
  const tags = readdirSync(path.join(root, 'web/widgets'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => `couture-${entry.name}`);
  const elements = declared.filter((each) => each.tagName);
  assert.equal(elements.map((each) => each.tagName).sort(), ['couture-chat', ...tags].sort());
  for (const element of elements) {
    assert.ok(element.summary, element.tagName);
    assert.ok(element.events?.length && element.cssParts?.length, element.tagName);
    const attributes = element.attributes?.map((each) => each.name) ?? [];
    const own = element.tagName === 'couture-chat' ? ['open'] : ['limit', 'currency'];
    for (const name of ['api', 'heading', ...own])
      assert.ok(attributes.includes(name), `${element.tagName} ${name}`);
  }
});
