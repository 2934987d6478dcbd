// The titles of options that stand after a size, as in "M / Material: Linen".

/** An option as views of platforms write it: "Material: Linen" is `{ title: 'Material', value: 'Linen' }`. */
export function titledOption(option: string): { readonly title?: string; readonly value: string } {
  const [, title, value] = /^((?:(?! \/ )[^:])+): (.+)$/s.exec(option) ?? [];
  return title === undefined || value === undefined ? { value: option } : { title, value };
}

/** Groups options by their titles; those without a title are a group of their own. */
export function byTitle<T>(
  options: readonly T[],
  nameOf: (option: T) => string,
): Map<string | undefined, T[]> {
  const found = new Map<string | undefined, T[]>();
  for (const option of options) {
    const { title } = titledOption(nameOf(option));
    found.set(title, [...(found.get(title) ?? []), option]);
  }
  return found;
}
