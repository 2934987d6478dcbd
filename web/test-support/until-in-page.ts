// Waits in a test until an asynchronous condition holds in a page. `page.waitForFunction` takes the promise itself for an answer.
import type { Page } from 'playwright-core';
import { until } from '../../fixtures/until.ts';

/** @param holds runs in the page; asked again when the page has navigated meanwhile */
export function untilInPage(page: Page, holds: () => Promise<unknown>, what: string): Promise<unknown> {
  return until(
    () =>
      page.evaluate(holds).catch((error: unknown) => {
        if (/context was destroyed|navigati/i.test(String(error))) return false;
        throw error;
      }),
    what,
  );
}
