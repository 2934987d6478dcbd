// The entry of the shop: language and currency first, then the shop's own element, then what can wait.

import { preferredLocale, useLocale } from '../state/locale.ts';
import { setCurrency } from '../state/money.ts';

setCurrency(document.querySelector<HTMLMetaElement>('meta[name="couture-currency"]')?.content);
await useLocale(preferredLocale()).catch(() => {});
await import('./shop.element.ts');
// The worker may not take the line from the first page.
requestIdleCallback?.(() => import('./install-worker.ts'), { timeout: 4_000 }) ??
  setTimeout(() => import('./install-worker.ts'), 2_000);
