// axe-core over a page, in a context that lets it in: what it finds, in lines that a person can read.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { BrowserContextOptions, Page } from 'playwright-core';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/**
 * The shop's policy lets no foreign script in, and axe is one: it is bypassed for this alone. Nothing moves: a colour half
 * way through a fade is none that anybody reads.
 */
export const letsAxeIn: BrowserContextOptions = { bypassCSP: true, reducedMotion: 'reduce' };

interface AxeResults {
  readonly violations: ReadonlyArray<{
    readonly id: string;
    readonly help: string;
    readonly nodes: ReadonlyArray<{ readonly target: unknown; readonly failureSummary?: string }>;
  }>;
}

/** Violations of WCAG 2.2 AA and of good practice; none on a page that is accessible. */
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
