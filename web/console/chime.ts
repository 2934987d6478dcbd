// What an agent hears and is shown while looking elsewhere: two soft tones, a notification, a number in the title.
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
    // No sound before the first click, or no device for it.
  }
}

/** Whether notifications can still be asked for. */
export function mayAskToNotify(): boolean {
  return 'Notification' in globalThis && Notification.permission === 'default';
}

/** A notification, where they are allowed and the page is not looked at. @param onClick after the page was raised */
export function notify(title: string, body: string, tag: string, onClick: () => void): void {
  if (document.visibilityState === 'visible' && document.hasFocus()) return;
  if (!('Notification' in globalThis) || Notification.permission !== 'granted') return;
  try {
    const shown = new Notification(title, { body, tag, icon: '/icons/any-192.png' });
    shown.addEventListener('click', () => {
      window.focus();
      shown.close();
      onClick();
    });
  } catch {
    // Phones show notifications by a worker alone; the console has none.
  }
}
