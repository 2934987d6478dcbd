// Language → the direction in which it is written.

/** @param language a BCP 47 tag, such as ar or ar-EG */
export function directionOf(language: string): 'ltr' | 'rtl' {
  return /^(ar|fa|he|ur)(-|$)/i.test(language) ? 'rtl' : 'ltr';
}
