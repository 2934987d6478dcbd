// Buttons whose words do not fit: cut off by the button, outside the window, or broken into lines.
import type { Page } from 'playwright-core';

/** Measures all buttons that are shown, in any shadow root. Rows of a list may have lines. @returns each with what is wrong */
export function tightButtons(page: Page): Promise<string[]> {
  return page.locator('button:not(.chat):visible, a.button:visible').evaluateAll((buttons) =>
    buttons.flatMap((button) => {
      const { left, right } = button.getBoundingClientRect();
      const lines = new Set<number>();
      const texts = document.createTreeWalker(button, NodeFilter.SHOW_TEXT);
      while (texts.nextNode()) {
        const words = document.createRange();
        words.selectNodeContents(texts.currentNode);
        for (const { width, bottom } of words.getClientRects()) if (width > 1) lines.add(Math.round(bottom));
      }
      const faults = [
        button.scrollWidth > button.clientWidth
          ? `${button.scrollWidth - button.clientWidth} px are cut off`
          : '',
        left < 0 || right > innerWidth
          ? `outside the window, ${Math.round(left)} to ${Math.round(right)}`
          : '',
        lines.size > 1 ? `${lines.size} lines` : '',
      ].filter(Boolean);
      const name = button.textContent?.trim() || button.getAttribute('aria-label');
      return faults.map((fault) => `${name}: ${fault}`);
    }),
  );
}
