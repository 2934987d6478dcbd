// Keeps the memory of a long campaign small. V8 lets its heap grow to several times of what lives in it (66 MB for 19), and the young
// generation of Node 24 to 134 MB; of what a campaign allocates, nearly everything is garbage a moment later.
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/** Percent of what lives by which the old generation grows until it is collected. */
const growth = 60;
/** Bytes of the young generation: what Node 20 and 22 use. */
const maxYoung = 32 * 2 ** 20;

/** Bounds the heap of this process from now on. @returns checks the young generation: call it now and then */
export function boundHeap(): () => void {
  setFlagsFromString(`--heap-growing-percent=${growth}`);
  let isBounded = false;
  return () => {
    if (isBounded || youngBytes() < maxYoung) return;
    // Its size can only be given when a process starts, but it grows step by step.
    setFlagsFromString('--semi-space-growth-factor=1');
    isBounded = true;
  };
}

function youngBytes(): number {
  return (
    getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space')?.space_size ?? maxYoung
  );
}
