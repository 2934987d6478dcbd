// The entry point of the agents' console: a page of its own, outside the service worker's scope.
import { own } from '../api/own-base.ts';
import { showBrand } from '../elements/brand-look.ts';
import { holdRendersWhilePressed } from '../elements/hold-renders.ts';
import { preferredLocale, useLocale } from '../state/locale.ts';
import { setCurrency } from '../state/money.ts';

holdRendersWhilePressed();
showBrand();
await useLocale(preferredLocale()).catch(() => {});
await fetch(own('/api/shop'))
  .then((response) => response.json())
  .then(({ currency }: { currency?: string }) => setCurrency(currency))
  .catch(() => {});
await import('./console.element.ts');
