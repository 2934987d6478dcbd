// How the console gets an agent's attention: two soft tones and a notification.
import { own } from '../api/own-base.ts';
import { saved } from '../state/saved.ts';

const sound = saved<boolean>('couture-console-sound', true, (value) =>
  typeof value === 'boolean' ? value : undefined,
);
let context: AudioContext | undefined;

export function hasSound(): boolean {
  return sound.read();
}

export function setSound(on: boolean): void {
  sound.write(on);
  if (on) chime();
}

export function chime(): void {
  if (!sound.read()) return;
  try {
    context ??= new AudioContext();
    const { currentTime, destination } = context;
    for (const [after, hertz] of [
      [0, 660],
      [0.14, 880],
    ] as const) {
      const tone = context.createOscillator();
      const volume = context.createGain();
      const start = currentTime + after;
      tone.frequency.value = hertz;
      volume.gain.setValueAtTime(0, start);
      volume.gain.linearRampToValueAtTime(0.08, start + 0.02);
      volume.gain.exponentialRampToValueAtTime(0.0001, start + 0.3);
      tone.connect(volume).connect(destination);
      tone.start(start);
      tone.stop(start + 0.32);
    }
  } catch {
    // Browsers play no sound before the first click, or without an audio device.
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
