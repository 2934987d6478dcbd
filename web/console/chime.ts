// How the console gets an agent's attention: two soft tones, four for an alarm, and a notification.
import { own } from '../api/own-base.ts';
import { sinceNoted } from '../state/device-clock.ts';
import { newId } from '../state/new-id.ts';
import { saved } from '../state/saved.ts';

interface Claim {
  readonly event: string;
  readonly at: number;
  /** Random id of the claim. */
  readonly by: string;
}

const sound = saved<boolean>('couture-console-sound', true, (value) =>
  typeof value === 'boolean' ? value : undefined,
);
/** The event that a tab has claimed last. Web Locks would be exact, but only secure contexts have them. */
const claimed = saved<Claim | undefined>('couture-console-chimed', undefined, (value) => {
  const { event, at, by } = (value ?? {}) as Partial<Claim>;
  return event !== undefined && by !== undefined && typeof at === 'number' ? { event, at, by } : undefined;
});
/** Milliseconds for which an event stays claimed; a tab without a socket polls and hears of it later. */
const claimStands = 10_000;
const claimSettles = 250;
/** Milliseconds after which a tone would no longer belong to its event. */
const maxDelay = 2_000;
let context: AudioContext | undefined;

/** Start in seconds and frequency of each tone. */
type Tones = ReadonlyArray<readonly [after: number, hertz: number]>;
const soft: Tones = [
  [0, 660],
  [0.14, 880],
];
const urgent: Tones = [
  [0, 880],
  [0.18, 660],
  [0.36, 880],
  [0.54, 660],
];

export function hasSound(): boolean {
  return sound.read();
}

export function setSound(on: boolean): void {
  sound.write(on);
  if (on) void chime();
}

/**
 * Plays the tones, in one tab of all that report the same event.
 * @param event identifies it; undefined: a sample for this tab
 */
export function chime(event?: string): Promise<void> {
  return sounds(soft, event);
}

/** Plays the alarm, in one tab of all that report the same event. */
export function alarm(event: string): Promise<void> {
  return sounds(urgent, event);
}

async function sounds(tones: Tones, event?: string): Promise<void> {
  if (!sound.read()) return;
  try {
    context ??= new AudioContext();
    // Browsers play no sound before the first click. This tab must not silence another one then, nor play it much later.
    const asked = Date.now();
    await context.resume();
    if (sinceNoted(asked) > maxDelay) return;
    if (event === undefined || (await isFirst(event))) play(tones, context);
  } catch {
    // No audio device.
  }
}

/** Whether no other tab has claimed the event. */
async function isFirst(event: string): Promise<boolean> {
  const last = claimed.stored();
  if (last?.event === event && sinceNoted(last.at) < claimStands) return false;
  // Tabs of other processes see the write a little later. The last one to write plays.
  const by = newId();
  claimed.write({ event, at: Date.now(), by });
  await new Promise((done) => setTimeout(done, claimSettles));
  return claimed.stored()?.by === by;
}

function play(tones: Tones, { currentTime, destination }: AudioContext): void {
  for (const [after, hertz] of tones) {
    const tone = destination.context.createOscillator();
    const volume = destination.context.createGain();
    const start = currentTime + after;
    tone.frequency.value = hertz;
    volume.gain.setValueAtTime(0, start);
    volume.gain.linearRampToValueAtTime(0.08, start + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, start + 0.3);
    tone.connect(volume).connect(destination);
    tone.start(start);
    tone.stop(start + 0.32);
  }
}

/** Whether the browser can still ask for permission to notify. */
export function mayAskToNotify(): boolean {
  return 'Notification' in globalThis && Notification.permission === 'default';
}

/** Shows a notification if permitted and the page is hidden. @param onClick called once the page has focus */
export function notify(title: string, body: string, tag: string, onClick: () => void): void {
  if (document.visibilityState === 'visible' && document.hasFocus()) return;
  if (!('Notification' in globalThis) || Notification.permission !== 'granted') return;
  try {
    const shown = new Notification(title, { body, tag, icon: own('/icons/any-192.png') });
    shown.addEventListener('click', () => {
      window.focus();
      shown.close();
      onClick();
    });
  } catch {
    // Phones show notifications only through a worker, which the console does not have.
  }
}
