// The entry point of the shop: language and currency first, then the shop's element, then what can wait.
import { showBrand } from '../elements/brand-look.ts';
import { firstPicturesThere } from '../elements/first-pictures.ts';
import { holdRendersWhilePressed } from '../elements/hold-renders.ts';
import { preferredLocale, useLocale } from '../state/locale.ts';
import { setCurrency } from '../state/money.ts';
import { recoverFromStaleCode } from './stale-code.ts';

/** Milliseconds after which what can wait begins, whatever is still loading. */
const firstViewTimeout = 4_000;
/** Milliseconds that what can wait waits for the browser to be idle. */
const idleWithin = 2_000;
/** Milliseconds before what the network lost is loaded again; each pause is twice the one before, up to the last. */
const firstRetry = 3_000;
const lastRetry = 60_000;

recoverFromStaleCode();
holdRendersWhilePressed();
showBrand();
setCurrency(document.querySelector<HTMLMetaElement>('meta[name="couture-currency"]')?.content);
await useLocale(preferredLocale()).catch(() => {});
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const once = (event: string) => new Promise((resolve) => addEventListener(event, resolve, { once: true }));
const firstPage = Promise.all([once('couture-page-ready'), once('couture-page-shown')]);
await import('./shop.element.ts');
// Nothing that can wait competes with the first page and its pictures for the connection.
const firstView = Promise.race([
  // Its pictures are drawn in the frame after it.
  firstPage.then(() => new Promise(requestAnimationFrame)).then(firstPicturesThere),
  new Promise((resolve) => setTimeout(resolve, firstViewTimeout)),
]);
/** Runs `act` once the first view has been drawn and the browser is idle, and retries while its code cannot be loaded. */
async function later(act: () => Promise<unknown>): Promise<void> {
  await firstView;
  // A browser on a busy device is never idle.
  if ('requestIdleCallback' in globalThis)
    await new Promise((resolve) => requestIdleCallback(resolve, { timeout: idleWithin }));
  else await pause(1_500);
  for (let delay = firstRetry; ; delay = Math.min(delay * 2, lastRetry)) {
    try {
      return void (await act());
    } catch {
      // Some browsers remember that a module failed; they load it with the next document.
      await Promise.race([once('online'), pause(delay)]);
    }
  }
}

void later(async () => {
  const [{ installWorker }, { keepFirstPage }] = await Promise.all([
    import('./install-worker.ts'),
    import('./first-visit.ts'),
  ]);
  keepFirstPage();
  void installWorker();
});
void later(() => import('./prompts/prompts.ts'));
