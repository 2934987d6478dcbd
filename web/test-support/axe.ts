// Runs axe-core on a page in a context that allows it; returns readable violations.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { BrowserContextOptions, Page } from 'playwright-core';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/**
 * The shop's content security policy blocks foreign scripts such as axe, so this context bypasses it. Motion is reduced,
 * so that axe doesn't measure colours in the middle of a fade.
 */
export const letsAxeIn: BrowserContextOptions = { bypassCSP: true, reducedMotion: 'reduce' };

interface AxeResults {
  readonly violations: ReadonlyArray<{
    readonly id: string;
    readonly help: string;
    readonly nodes: ReadonlyArray<{ readonly target: unknown; readonly failureSummary?: string }>;
  }>;
}

/** Violations of WCAG 2.2 AA and best practices; empty for an accessible page. */
export async function violations(page: Page, within?: string): Promise<string[]> {
  await page.evaluate(source);
  const results = await page.evaluate(
    ([selector]) =>
      (globalThis as unknown as { axe: { run(where: unknown, how: unknown): Promise<AxeResults> } }).axe.run(
        selector ?? document,
        { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] },
      ),
    [within] as const,
  );
  return results.violations.flatMap(({ id, help, nodes }) =>
    nodes
      .slice(0, 3)
      .map((node) => `${id}: ${help}: ${JSON.stringify(node.target)} ${node.failureSummary ?? ''}`),
  );
}
