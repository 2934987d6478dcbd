// What a pressed key means, whatever keyboard and input method it comes from: every handler of keys asks here.

/**
 * Whether the key belongs to an input method. Safari reports the Enter that ends a composition after `compositionend`,
 * with the key code 229 alone (WebKit bug 165004).
 */
export function isComposing(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === 229;
}

/** Name of the key; '' if it belongs to an input method, whose Escape, Enter and arrows choose among its candidates. */
export function pressedKey(event: KeyboardEvent): string {
  return isComposing(event) ? '' : event.key;
}

/** Whether the key sends what is written: Enter, also with Ctrl or ⌘. With Shift or Alt it breaks the line. */
export function isSend(event: KeyboardEvent): boolean {
  return pressedKey(event) === 'Enter' && !event.shiftKey && !event.altKey;
}

/** Question marks of other scripts: Arabic, and full-width from input methods. */
const questionMarks = /^[\u061f\uff1f]$/;

/**
 * The key of a shortcut: a letter is the same in lower case with Caps Lock, and on keyboards of other scripts the Latin letter
 * in its place. Latin keyboards count by their letters, so that Dvorak and AZERTY have the keys of the list.
 */
export function shortcutKey(event: KeyboardEvent): string {
  const key = pressedKey(event);
  if (questionMarks.test(key)) return '?';
  if ([...key].length !== 1 || event.shiftKey) return key;
  const [, place] = /^Key([A-Z])$/.exec(event.code) ?? [];
  return (/^[\x20-\x7e]$/.test(key) ? key : (place ?? key)).toLowerCase();
}
