// The direction of what a person has typed. `dir=auto` goes by the first letter, so that an Arabic question that begins with the
// name of a product would read from left to right, in the wrong order. Text → rtl, ltr, or auto if it has no letters.

/** Share of right-to-left words from which a text is right to left: less than half, since names and sizes are Latin in it too. */
const threshold = 1 / 3;

const letter = /\p{L}/u;
const rightToLeft =
  /[\p{Script=Adlam}\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Nko}\p{Script=Syriac}\p{Script=Thaana}]/u;

export function directionOfText(text: string): 'rtl' | 'ltr' | 'auto' {
  // Addresses are Latin in every language.
  const words = text.split(/\s+/).filter((word) => letter.test(word) && !/^https?:|@/.test(word));
  if (words.length === 0) return 'auto';
  const against = words.filter((word) => rightToLeft.test(letter.exec(word)![0])).length;
  return against / words.length >= threshold ? 'rtl' : 'ltr';
}
