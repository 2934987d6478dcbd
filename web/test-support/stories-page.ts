// The stories page: opened with every widget loaded, and checked with axe.
import type { Page } from 'playwright-core';
import { assert, type Suite } from '../../fixtures/suite.ts';
import { letsAxeIn, violations } from './axe.ts';
import type { ShopInBrowser } from './shop-in-browser.ts';
import { devices } from './shop-pages.ts';

/** Every device, colour scheme and direction with every other; the phone's first. */
export const variants = [
  ['phone', 'light', 'ltr'],
  ['phone', 'dark', 'rtl'],
  ['desk', 'light', 'rtl'],
  ['desk', 'dark', 'ltr'],
] as const;

export async function stories(page: Page, query = ''): Promise<void> {
  await page.goto(`/stories.html${query}`);
  await page.locator('couture-stories .story').first().waitFor();
  // Scroll past everything, so that widgets which load when they come near do load.
  await page.evaluate(async () => {
    for (let y = 0; y < document.documentElement.scrollHeight; y += 500) {
      scrollTo(0, y);
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
    scrollTo(0, 0);
  });
  await page.waitForLoadState('networkidle');
}

export function declareAxeOverStories(
  test: Suite<{ shop: ShopInBrowser }>,
  [device, colorScheme, dir]: (typeof variants)[number],
): void {
  test(`axe finds no violations in any state and nothing overflows, ${device}, ${colorScheme}, ${dir}`, async ({
    shop,
  }) => {
    const { page, errors } = await shop.visit({ ...devices[device], ...letsAxeIn, colorScheme });
    await stories(page);
    await page.evaluate((direction) => (document.documentElement.dir = direction), dir);
    assert.equal(await violations(page), []);
    const over = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    assert.ok(over <= 0, `${over} px`);
    assert.equal(errors, []);
  });
}
