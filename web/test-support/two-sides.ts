// Both sides of a chat in real browsers: actions of a shopper and an agent.
import type { Locator, Page } from 'playwright-core';
import { desktop, type ShopInBrowser, type Visitor } from './shop-in-browser.ts';

export async function begin(page: Page, name: string, words: string): Promise<void> {
  await page.goto('/');
  await page.addInitScript(defineDeepFocus);
  await page.evaluate(defineDeepFocus);
  await page.locator('couture-chat .launcher').click();
  await page.locator('couture-chat-start').getByLabel('Your name').fill(name);
  await page.locator('couture-chat-start').getByLabel('Your message').fill(words);
  await page.keyboard.press('Enter');
  await said(page, words).waitFor();
  await page.getByText('Sent ·').or(page.getByText('Seen ·')).first().waitFor();
}

export async function atDesk(shop: ShopInBrowser, sub: 'staff' | 'admin', options = {}): Promise<Visitor> {
  const agent = await shop.visit({ ...desktop, isMobile: false, hasTouch: false, ...options });
  await agent.context.request.post('/demo/sign-in', { form: { sub, role: sub }, maxRedirects: 0 });
  await agent.page.addInitScript(defineDeepFocus);
  await agent.page.goto('/console');
  await agent.page.locator('couture-console nav').waitFor();
  return agent;
}

export async function take(page: Page, name: string): Promise<void> {
  await row(page, name).click();
  await page.getByRole('button', { name: 'Take', exact: true }).click();
  await composer(page).waitFor();
}

export async function write(page: Page, words: string): Promise<void> {
  await composer(page).fill(words);
  await composer(page).press('Enter');
}

export function composer(page: Page): Locator {
  return page.locator('couture-chat-composer textarea[maxlength]:not([aria-label^="Note"])');
}

export function said(page: Page, words: string): Locator {
  return page.locator('couture-message-list .bubble', { hasText: words });
}

export function row(page: Page, name: string): Locator {
  return page.locator('couture-console button.chat', { hasText: name });
}

declare global {
  /** The focused element, in any shadow root. */
  function deepFocus(): Element | null;
}

function defineDeepFocus(): void {
  globalThis.deepFocus = () => {
    let element = document.activeElement;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    return element;
  };
}
