// E-mail addresses as input methods type them, whose full-width letters browsers refuse before a form is sent.
import { typedCode } from '../../runtime/contract/text.ts';

/** Listener of a field's `change`: writes its address in plain letters. */
export function plainAddress(event: Event): void {
  const field = event.target as HTMLInputElement;
  const plain = typedCode(field.value);
  if (plain === field.value) return;
  field.value = plain;
  field.dispatchEvent(new Event('input', { bubbles: true, composed: true }));
}
