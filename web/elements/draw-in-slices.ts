// Draws an element with everything inside it in slices of a few milliseconds, so that a phone answers taps in between: the elements
// of a whole page are else drawn in one task, because each one's first render follows the one before as a microtask.
import { ReactiveElement } from 'lit';

/** Milliseconds of drawing before the browser gets a turn; a slow phone needs four times as long for the same. */
const slice = 8;

type Drawn = { scheduleUpdate(): unknown; hasUpdated: boolean };

/**
 * Inserts an element and waits until it and the elements inside it have been drawn. Meanwhile, first renders of all elements take
 * turns with the browser; later ones do not.
 * @param insert connects the element, out of sight
 */
export async function drawInSlices(
  insert: () => { readonly updateComplete: Promise<boolean> },
): Promise<void> {
  const prototype = ReactiveElement.prototype as unknown as Drawn;
  const { scheduleUpdate } = prototype;
  let began = performance.now();
  let waiting = 0;
  let turn: Promise<void> | undefined;
  const nextTurn = () => {
    turn ??= nextTask().then(() => {
      began = performance.now();
      turn = undefined;
    });
    return turn;
  };
  const sliced = async (element: Drawn) => {
    waiting++;
    try {
      // All that wait for the same turn wake up in it; those for whom it is too short wait for the next one.
      while (performance.now() - began >= slice) await nextTurn();
      return await scheduleUpdate.call(element);
    } finally {
      waiting--;
    }
  };
  const inSlices = function (this: Drawn) {
    const isLate = !this.hasUpdated && performance.now() - began >= slice;
    return isLate ? sliced(this) : scheduleUpdate.call(this);
  };
  prototype.scheduleUpdate = inSlices;
  try {
    await insert().updateComplete;
    // What an element renders begins to wait in the microtasks that follow.
    do await nextTurn();
    while (waiting > 0);
  } finally {
    prototype.scheduleUpdate = scheduleUpdate;
  }
}

/** Resolves in a task of its own. Timers would wait 4 ms longer. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
