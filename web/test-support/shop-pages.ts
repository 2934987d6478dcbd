// Every page of the shop, and how tests look at one: loaded in full, with a filled bag, signed in.
import type { Locator, Page } from 'playwright-core';
import { until } from '../../fixtures/until.ts';
import { desktop, phone } from './shop-in-browser.ts';

export const pages = [
  '/',
  '/category/Dresses',
  '/category/Dresses?on_sale=1&max_price=1',
  '/search?q=silk',
  '/search?q=zzzz',
  '/product/6',
  '/product/999999',
  '/cart',
  '/checkout',
  '/watchlist',
  '/account',
  '/offline',
  '/nowhere',
] as const;

export const desk = { ...desktop, isMobile: false, hasTouch: false };
export const devices = { phone, desk };

/** Waits until the whole page has loaded, also what loads only when it is scrolled into view. */
export async function settled(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  await page.waitForLoadState('networkidle');
  await page.evaluate(async () => {
    for (let y = 0; y < document.documentElement.scrollHeight; y += 600) {
      scrollTo(0, y);
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
    scrollTo(0, 0);
  });
  await page.waitForLoadState('networkidle');
}

/**
 * Scrolls to a list, and stays with it until its content is there: lists above it that load meanwhile push it out of view, and
 * a list loads only near the view.
 */
export async function scrollToList(list: Locator, content = 'couture-product-card a'): Promise<void> {
  await until(async () => {
    await list.scrollIntoViewIfNeeded();
    return (await list.locator(content).count()) > 0;
  }, 'the content of the list');
}

export async function fillBag(page: Page): Promise<void> {
  await page.goto('/product/20');
  await page.getByRole('button', { name: 'Add to bag', exact: true }).first().click();
  await page.goto('/product/6');
  const offer = page.locator('couture-bundle');
  await scrollToList(offer, 'button');
  await offer.getByRole('button', { name: /^Add all/ }).click();
}

/** In any language. */
export async function fillBagUnread(page: Page): Promise<void> {
  for (const path of ['/product/20', '/product/6']) {
    await page.goto(path);
    await page.locator('couture-product-page .actions button').first().click();
    await page.locator('couture-added-to-bag').waitFor();
  }
}

export async function signIn(page: Page): Promise<void> {
  await page.goto('/demo/sign-in');
  await page.locator('#sub').fill('7');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('heading', { level: 1 }).waitFor();
}

/** Name of a field of the checkout → what a shopper enters. */
export const delivery = {
  email: 'ann@example.org',
  name: 'Ann Arbor',
  address: 'Main Street 1',
  postcode: '8010',
  city: 'Graz',
  country: 'Austria',
};

/** Fills in the fields of the checkout, as a browser's autofill does. */
export async function fillDelivery(page: Page): Promise<void> {
  const form = page.locator('couture-checkout-page');
  for (const [name, value] of Object.entries(delivery)) await form.locator(`input[name=${name}]`).fill(value);
}
