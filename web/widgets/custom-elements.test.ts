// custom-elements.json documents every element and is up to date.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { assert, suite } from '../../fixtures/suite.ts';
import { writeCustomElements } from '../build/custom-elements.ts';

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

const written = (file: string) => JSON.parse(readFileSync(file, 'utf8')) as Manifest;

test('matches the sources; otherwise run "npm run manifest"', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'couture-manifest-'));
  try {
    writeCustomElements(root, path.relative(root, folder));
    assert.equal(
      written(path.join(root, 'web/custom-elements.json')),
      written(path.join(folder, 'custom-elements.json')),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('has every widget, and the chat, with its summary, attributes, events and parts', () => {
  const declared = written(path.join(root, 'web/custom-elements.json')).modules.flatMap(
    (module) => module.declarations ?? [],
  );
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
