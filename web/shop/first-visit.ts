// The first page of a first visit loads before there is a worker: what it has read is read once more, through the worker,
// which then keeps it for visits without a network.
import { own } from '../api/own-base.ts';
import { writtenUrls } from '../api/written-answers.ts';
import { shelfOf } from '../worker/may-keep.ts';

/** Requests at a time, so that they are in nobody's way. */
const atOnce = 4;

/** Call before the worker is registered. */
export function keepFirstPage(): void {
  const { serviceWorker } = navigator;
  if (!serviceWorker || serviceWorker.controller) return;
  serviceWorker.addEventListener('controllerchange', () => void readAgain(), { once: true });
}

async function readAgain(): Promise<void> {
  const requested = performance.getEntriesByType('resource').map(({ name }) => name);
  const written = writtenUrls().map((url) => new URL(own(url), location.origin).href);
  const read = [...requested, ...written].filter((url) => shelfOf(new Request(url), location.origin));
  const left = [...new Set(read)];
  const work = async () => {
    for (let url = left.shift(); url; url = left.shift())
      await fetch(url).then(
        (response) => response.blob(),
        () => {},
      );
  };
  await Promise.all(Array(atOnce).fill(0).map(work));
}
