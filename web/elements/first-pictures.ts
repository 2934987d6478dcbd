// The pictures that a page shows first. What can wait begins after them: on a slow connection it would take their share.

const loading = new Set<HTMLImageElement>();
let waiting: Array<() => void> = [];

/** Counts a picture as loading until it is there, fails, or `firstPictureEnded` is called. */
export function firstPictureBegins(picture: HTMLImageElement): void {
  if (picture.complete || loading.has(picture)) return;
  loading.add(picture);
  const end = () => firstPictureEnded(picture);
  picture.addEventListener('load', end, { once: true });
  picture.addEventListener('error', end, { once: true });
}

/** For a picture that leaves the page while it is loading. */
export function firstPictureEnded(picture: HTMLImageElement): void {
  loading.delete(picture);
  if (loading.size > 0) return;
  for (const go of waiting) go();
  waiting = [];
}

/** Resolves when no first picture is loading. */
export function firstPicturesThere(): Promise<void> {
  return loading.size === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve));
}
