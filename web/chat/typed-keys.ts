// What keyboards, input methods and clipboards send to the chat's fields.
import { codePoints, typedText } from '../../runtime/contract/text.ts';

/**
 * Whether the key belongs to an input method. Safari reports the Enter that ends a composition after `compositionend`,
 * with the key code 229 alone (WebKit bug 165004).
 */
export function isComposing(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === 229;
}

/**
 * Pastes text that is longer than the field's `maxlength`, which browsers would cut, as a whole.
 * @returns whether it did; otherwise the browser pastes
 */
export function pasteWhole(event: ClipboardEvent | DragEvent): boolean {
  const field = event.target as HTMLTextAreaElement;
  const data = 'clipboardData' in event ? event.clipboardData : event.dataTransfer;
  const text = data?.getData('text/plain') ?? '';
  const { selectionStart, selectionEnd, value, maxLength } = field;
  if (!text || value.length - (selectionEnd - selectionStart) + text.length <= maxLength) return false;
  event.preventDefault();
  field.setRangeText(text, selectionStart, selectionEnd, 'end');
  field.dispatchEvent(new Event('input', { bubbles: true }));
  return true;
}

/** Files of a clipboard. Office programs add a picture of the copied text: the text counts. */
export function pastedFiles(data: DataTransfer | null): readonly File[] {
  return data && data.getData('text/plain') === '' ? [...data.files] : [];
}

/** Number of characters beyond the limit. */
export function excess(text: string, most: number): number {
  return Math.max(0, codePoints(typedText(text)) - most);
}
