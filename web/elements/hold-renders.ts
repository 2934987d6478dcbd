// Keeps the page still while the shopper presses: a press becomes a click only if the pointer goes down and up on the same
// element, so a render in between that replaces, moves or removes it loses the click. Elements that have been drawn wait with their
// next render until the press is over: at most a second, because a pointer may never come up (a native list that opens).
import { ReactiveElement } from 'lit';

/** Milliseconds: the longest press that renders wait for, and how long the click of a touch may follow its end. */
const maxHold = 1_000;
const clickFollows = 100;

let press: { readonly ended: Promise<void>; readonly end: () => void } | undefined;
let ending: ReturnType<typeof setTimeout> | undefined;

/** Resolves when the press has become a click; undefined: nothing is pressed. */
export function pressEnded(): Promise<void> | undefined {
  return press?.ended;
}

/** Begins to watch presses, for all elements of this bundle. */
export function holdRendersWhilePressed(): void {
  const listen = (type: string, act: (event: PointerEvent) => void) =>
    addEventListener(type, act as EventListener, { capture: true, passive: true });
  listen('pointerdown', begin);
  // The click of a mouse is in the same task as the end of its press.
  listen('pointerup', ({ pointerType }) => endIn(pointerType === 'mouse' ? 0 : clickFollows));
  listen('click', () => endIn(0));
  // Every handler has had the click: what it changes is drawn at once. Those that stop it leave it to the timer above.
  addEventListener('click', end);
  // A press that has become a scroll or a drag.
  listen('pointercancel', () => endIn(0));
  // Pressed while this code was loading.
  if (document.querySelector(':active')) begin();
  holdRenders();
}

function holdRenders(): void {
  const drawn = ReactiveElement.prototype as unknown as { scheduleUpdate(): unknown; hasUpdated: boolean };
  const { scheduleUpdate } = drawn;
  drawn.scheduleUpdate = function (this: typeof drawn) {
    const held = this.hasUpdated ? press?.ended : undefined;
    return held ? held.then(() => scheduleUpdate.call(this)) : scheduleUpdate.call(this);
  };
}

function begin(): void {
  let release = () => {};
  const ended = new Promise<void>((resolve) => (release = resolve));
  // A second finger belongs to the press that has begun.
  press ??= { ended, end: release };
  endIn(maxHold);
}

function endIn(milliseconds: number): void {
  if (!press) return;
  clearTimeout(ending);
  ending = setTimeout(end, milliseconds);
}

function end(): void {
  clearTimeout(ending);
  press?.end();
  press = undefined;
}
