// The entry point of the shop: language and currency first, then the shop's element, then what can wait.
import { showBrand } from '../elements/brand-look.ts';
import { holdRendersWhilePressed } from '../elements/hold-renders.ts';
import { preferredLocale, useLocale } from '../state/locale.ts';
import { setCurrency } from '../state/money.ts';
import { recoverFromStaleCode } from './stale-code.ts';

recoverFromStaleCode();
holdRendersWhilePressed();
showBrand();
setCurrency(document.querySelector<HTMLMetaElement>('meta[name="couture-currency"]')?.content);
await useLocale(preferredLocale()).catch(() => {});
await import('./shop.element.ts');
// The worker must not compete with the first page for the connection.
const later = (act: () => unknown) =>
  'requestIdleCallback' in globalThis
    ? // A browser on a busy device is never idle.
      requestIdleCallback(() => void act(), { timeout: 5_000 })
    : setTimeout(() => void act(), 1_500);
later(async () => {
  const [{ installWorker }, { keepFirstPage }] = await Promise.all([
    import('./install-worker.ts'),
    import('./first-visit.ts'),
  ]);
  keepFirstPage();
  await installWorker();
});
later(() => void import('./prompts/prompts.ts'));
