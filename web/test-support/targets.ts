// What can be pressed on a page, in any shadow root: whether it is large enough where it can be hit.
import type { Page } from 'playwright-core';

/** Returns what can be hit on less than 24 px across or down (WCAG 2.5.8), but for links in a sentence. */
export function smallTargets(page: Page): Promise<string[]> {
  return page.evaluate(measured, 24);
}

function measured(least: number): string[] {
  const pressable =
    'a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button], [role=tab], [role=option], [role=menuitem]';
  const roots: Array<Document | ShadowRoot> = [document];
  const targets: HTMLElement[] = [];
  for (const root of roots)
    for (const each of root.querySelectorAll<HTMLElement>('*')) {
      if (each.shadowRoot) roots.push(each.shadowRoot);
      if (each.matches(pressable)) targets.push(each);
    }
  const above = (node: Element): Element | undefined =>
    node.parentElement ?? (node.getRootNode() as Partial<ShadowRoot>).host;
  const hit = (x: number, y: number): Element | null => {
    let at = document.elementFromPoint(x, y);
    for (let inner = at; inner?.shadowRoot; ) {
      inner = inner.shadowRoot.elementFromPoint(x, y);
      if (!inner || inner === at) break;
      at = inner;
    }
    return at;
  };
  const belongs = (node: Element | null, target: HTMLElement): boolean => {
    const labels = [...((target as HTMLInputElement).labels ?? [])];
    for (let each = node ?? undefined; each; each = above(each))
      if (each === target || labels.includes(each as HTMLLabelElement)) return true;
    return false;
  };
  const isInSentence = (target: HTMLElement) =>
    target.localName === 'a' &&
    getComputedStyle(target).display.startsWith('inline') &&
    (target.parentElement?.textContent ?? '').trim().length > (target.textContent ?? '').trim().length + 3;
  const nameOf = (each: Element) => {
    const words = each.getAttribute('aria-label') ?? each.textContent?.trim().replaceAll(/\s+/g, ' ');
    const host = (each.getRootNode() as Partial<ShadowRoot>).host?.localName ?? '';
    return `${host} ${each.localName}.${each.className} “${(words || '').slice(0, 40)}”`;
  };
  return targets.flatMap((target) => {
    if (!target.checkVisibility({ visibilityProperty: true })) return [];
    target.scrollIntoView({ block: 'center', inline: 'nearest', behavior: 'instant' });
    const [box] = [...target.getClientRects()].sort((a, b) => b.width * b.height - a.width * a.height);
    // Hidden but for screen readers: a label or the focus shows it.
    if (!box || box.width <= 1 || box.height <= 1) return [];
    if (isInSentence(target)) return [];
    const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
    if (!belongs(hit(x, y), target)) return [];
    const reach = (dx: number, dy: number) => {
      let far = 0;
      while (far < least && belongs(hit(x + dx * (far + 0.5), y + dy * (far + 0.5)), target)) far += 0.5;
      return far;
    };
    const [across, down] = [reach(-1, 0) + reach(1, 0), reach(0, -1) + reach(0, 1)];
    // Half a pixel on each side is lost to rounding.
    return Math.min(across, down) < least - 1 ? [`${nameOf(target)}: ${across} × ${down} px`] : [];
  });
}
