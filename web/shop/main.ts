// The entry point of the shop: language and currency first, then the shop's element, then what can wait.
import { showBrand } from '../elements/brand-look.ts';
import { firstPicturesThere } from '../elements/first-pictures.ts';
import { holdRendersWhilePressed } from '../elements/hold-renders.ts';
import { preferredLocale, useLocale } from '../state/locale.ts';
import { setCurrency } from '../state/money.ts';
import { recoverFromStaleCode } from './stale-code.ts';

/** Milliseconds after which what can wait begins, whatever is still loading. */
const firstViewTimeout = 4_000;

recoverFromStaleCode();
holdRendersWhilePressed();
showBrand();
setCurrency(document.querySelector<HTMLMetaElement>('meta[name="couture-currency"]')?.content);
await useLocale(preferredLocale()).catch(() => {});
const once = (event: string) => new Promise((resolve) => addEventListener(event, resolve, { once: true }));
const firstPage = Promise.all([once('couture-page-ready'), once('couture-page-shown')]);
await import('./shop.element.ts');
// Nothing that can wait competes with the first page and its pictures for the connection.
const firstView = Promise.race([
  // Its pictures are drawn in the frame after it.
  firstPage.then(() => new Promise(requestAnimationFrame)).then(firstPicturesThere),
  new Promise((resolve) => setTimeout(resolve, firstViewTimeout)),
]);
const later = (act: () => unknown) =>
  void firstView.then(() =>
    'requestIdleCallback' in globalThis
      ? // A browser on a busy device is never idle.
        requestIdleCallback(() => void act(), { timeout: 2_000 })
      : setTimeout(() => void act(), 1_500),
  );
later(async () => {
  const [{ installWorker }, { keepFirstPage }] = await Promise.all([
    import('./install-worker.ts'),
    import('./first-visit.ts'),
  ]);
  keepFirstPage();
  await installWorker();
});
later(() => void import('./prompts/prompts.ts'));
