// What tests of accessibility measure on a list of pages: axe's findings, width, the size of buttons.
// accessibility.slow.test.ts runs them on every page, open-panels.slow.test.ts on pages in more states.
import type { Page } from 'playwright-core';
import { letsAxeIn, violations } from './axe.ts';
import type { ShopInBrowser } from './shop-in-browser.ts';
import { devices, fillBag, fillBagUnread, settled, signIn } from './shop-pages.ts';

export interface AxeWalk {
  readonly device: keyof typeof devices;
  readonly colorScheme: 'light' | 'dark';
  /** Pages that a guest with an empty bag sees. */
  readonly pages: readonly string[];
  /** Pages with a filled bag. */
  readonly filled: readonly string[];
  /** Pages of a signed-in customer. */
  readonly signedIn: readonly string[];
}

/** Visits the pages, then opens the filters, the search and, on a phone, the menu. Returns what axe finds. */
export async function axeFindings(shop: ShopInBrowser, walk: AxeWalk): Promise<string[]> {
  const { device, colorScheme } = walk;
  const options = { ...devices[device], ...letsAxeIn, colorScheme };
  const { page } = await shop.visit(options);
  const found: string[] = [];
  const check = async (name: string) => {
    await settled(page);
    found.push(...(await violations(page)).map((each) => `${name}: ${each}`));
  };
  const checkAll = async (paths: readonly string[], state: string) => {
    for (const path of paths) {
      await page.goto(path);
      await check(`${path}${state}`);
    }
  };
  await checkAll(walk.pages, '');
  if (walk.filled.length > 0) await fillBag(page);
  await checkAll(walk.filled, ', filled');
  if (walk.signedIn.length > 0) await signIn(page);
  await checkAll(walk.signedIn, ', signed in');
  await page.goto('/category/Dresses');
  await page.getByRole('button', { name: /^Filters/ }).click();
  await check('filters');
  await page.getByRole('button', { name: 'Search' }).click();
  await page.keyboard.type('dress');
  await page.getByRole('option').first().waitFor();
  found.push(...(await violations(page)).map((each) => `search: ${each}`));
  await page.keyboard.press('Escape');
  if (device === 'phone') {
    await page.getByRole('button', { name: 'Menu' }).click();
    await page.getByRole('dialog', { name: 'Menu' }).waitFor();
    await page.waitForTimeout(500);
    found.push(...(await violations(page)).map((each) => `menu: ${each}`));
  }
  return found;
}

/** Returns the pages that are wider than the window: in the direction of the language, else from left to right or from right to left. */
export async function tooWide(
  shop: ShopInBrowser,
  pages: readonly string[],
  { width = 320, locale }: { width?: number; locale?: string } = {},
): Promise<string[]> {
  const { page } = await shop.visit({ viewport: { width, height: 640 }, ...(locale ? { locale } : {}) });
  if (locale) await fillBagUnread(page);
  else await fillBag(page);
  const wide: string[] = [];
  for (const path of pages) {
    await page.goto(path);
    await settled(page);
    for (const dir of locale ? [locale] : ['ltr', 'rtl']) {
      const over = await page.evaluate((direction) => {
        if (/^(ltr|rtl)$/.test(direction)) document.documentElement.dir = direction;
        return document.documentElement.scrollWidth - document.documentElement.clientWidth;
      }, dir);
      if (over > 0) wide.push(`${path} ${dir}: ${over} px`);
    }
  }
  return wide;
}

/** Returns the buttons of the pages that are narrower or lower than 24 px. */
export async function smallButtons(shop: ShopInBrowser, pages: readonly string[]): Promise<string[]> {
  const { page } = await shop.visit();
  await fillBag(page);
  const small: string[] = [];
  for (const path of pages) {
    await page.goto(path);
    await settled(page);
    small.push(...(await buttonsBelow(page, 24)).map((text) => `${path}: ${text}`));
  }
  return small;
}

/** In one call: asking for each button by its place in the list searches the page again for every one of them. */
function buttonsBelow(page: Page, size: number): Promise<string[]> {
  return page.getByRole('button').evaluateAll(
    (buttons, least) =>
      buttons
        .filter((button) => {
          const { width, height } = button.getBoundingClientRect();
          return width > 0 && height > 0 && (width < least || height < least);
        })
        .map((button) => button.textContent ?? ''),
    size,
  );
}
