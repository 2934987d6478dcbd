// Which controls and sums of a page a fixed element covers, in any shadow root.
import type { Locator } from 'playwright-core';

/** @returns those of which more than 15 % lie below the element; its own and those of its shadow root don't count */
export function coveredControls(fixed: Locator): Promise<string[]> {
  return fixed.evaluate((element) => {
    const box = element.getBoundingClientRect();
    const controls = 'a[href], button, input, select, textarea, summary, dd, [role=button]';
    const found: string[] = [];
    const walk = (root: Document | ShadowRoot) => {
      for (const each of root.querySelectorAll<HTMLElement>('*')) {
        if (each.shadowRoot && each.shadowRoot !== element.getRootNode()) walk(each.shadowRoot);
        if (!each.matches(controls) || !each.checkVisibility({ visibilityProperty: true })) continue;
        const { left, right, top, bottom, width, height } = each.getBoundingClientRect();
        const across = Math.min(right, box.right) - Math.max(left, box.left);
        const down = Math.min(bottom, box.bottom) - Math.max(top, box.top);
        if (across > 0 && down > 0 && across * down > 0.15 * width * height)
          found.push(each.getAttribute('aria-label') ?? each.textContent!.trim());
      }
    };
    walk(document);
    return found;
  });
}
