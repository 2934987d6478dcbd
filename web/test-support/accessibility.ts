// What tests of accessibility measure on a list of pages: axe's findings, width, the size of buttons.
// accessibility.slow.test.ts runs them on every page.
import type { Page } from 'playwright-core';
import { letsAxeIn, violations } from './axe.ts';
import type { ShopInBrowser } from './shop-in-browser.ts';
import { devices, fillBag, fillBagUnread, settled, signIn } from './shop-pages.ts';
import { smallTargets } from './targets.ts';

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

/**
 * Returns the pages that are wider than the window, which takes each width in turn: in the direction of the language, else
 * from left to right or from right to left.
 */
export async function tooWide(
  shop: ShopInBrowser,
  pages: readonly string[],
  { widths = [320], locale }: { widths?: readonly number[]; locale?: string } = {},
): Promise<string[]> {
  const viewport = { width: widths[0]!, height: 640 };
  const { page } = await shop.visit({ viewport, ...(locale ? { locale } : {}) });
  if (locale) await fillBagUnread(page);
  else await fillBag(page);
  const wide: string[] = [];
  for (const path of pages) {
    await page.goto(path);
    await settled(page);
    for (const width of widths) {
      if (widths.length > 1) await page.setViewportSize({ ...viewport, width });
      for (const dir of locale ? [locale] : ['ltr', 'rtl']) {
        const over = await page.evaluate(overhang, dir);
        if (over > 0) wide.push(`${path} ${dir}, ${width} px: ${over} px`);
      }
    }
  }
  return wide;
}

/** By how many pixels the page is wider than its window, once it is drawn; ltr and rtl are set first. */
async function overhang(direction: string): Promise<number> {
  if (/^(ltr|rtl)$/.test(direction)) document.documentElement.dir = direction;
  await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  return document.documentElement.scrollWidth - document.documentElement.clientWidth;
}

/** Returns what can be pressed on the pages, with a filled bag, and is too small where it can be hit. */
export async function smallTargetsOf(shop: ShopInBrowser, pages: readonly string[]): Promise<string[]> {
  const { page } = await shop.visit({ viewport: { width: 320, height: 568 } });
  await fillBag(page);
  const small: string[] = [];
  for (const path of pages) {
    await page.goto(path);
    await settled(page);
    small.push(...(await smallTargets(page)).map((each) => `${path}: ${each}`));
  }
  return small;
}

/** Presses the key this often. Returns the names of the elements that had the focus where another element covers them entirely. */
export async function hiddenStops(page: Page, key: string, times: number): Promise<string[]> {
  const hidden: string[] = [];
  for (let step = 0; step < times; step++) {
    await page.keyboard.press(key);
    const covered = () => page.evaluate(coveredFocus);
    // Scrolling to the element takes a frame or two.
    let name = await covered();
    for (let frames = 0; name !== undefined && frames < 30; frames++) {
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
      name = await covered();
    }
    if (name !== undefined) hidden.push(name);
  }
  return hidden;
}

/** The name of the focused element if none of its points in the window is visible. */
function coveredFocus(): string | undefined {
  let at = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  if (!at || at === document.body) return undefined;
  const shares = [0.1, 0.3, 0.5, 0.7, 0.9];
  for (const { x, y, width, height } of at.getClientRects())
    for (const across of shares)
      for (const down of shares) {
        let hit = document.elementFromPoint(x + width * across, y + height * down);
        for (
          let deeper = hit;
          deeper;
          deeper = deeper.shadowRoot?.elementFromPoint(x + width * across, y + height * down) ?? null
        ) {
          if (deeper !== hit && deeper === hit?.shadowRoot?.host) break;
          hit = deeper;
          if (!deeper.shadowRoot) break;
        }
        for (
          let node: Node | null = hit;
          node;
          node = node.parentNode ?? (node instanceof ShadowRoot ? node.host : null)
        )
          if (node === at) return undefined;
      }
  return at.getAttribute('aria-label') ?? at.textContent?.trim() ?? at.localName;
}
