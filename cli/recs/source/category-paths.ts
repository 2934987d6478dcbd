// The place of each category in the shop's tree: categories, and paths of their products such as `Clothing > Shirts > Polo`.

/** Between the names of a path. */
export const pathSeparator = ' > ';

/**
 * Category → its path; its name where no product has one. A name may stand in several places, such as `Shirts` below `Men`
 * and below `Women`: above it is then what is above all of them.
 * @param products category and path of each product, the path from the root down to the category itself
 */
export function categoryPaths(
  categories: readonly string[],
  products: Iterable<{ readonly category: string; readonly path: string | null }>,
): string[] {
  const parents = new Map<string, readonly string[]>();
  for (const { category, path } of products) {
    if (category === '' || !path?.trim()) continue;
    const above = path.split(pathSeparator).slice(0, -1);
    const before = parents.get(category);
    parents.set(category, before ? commonStart(before, above) : above);
  }
  return categories.map((name) => {
    const above = parents.get(name);
    // The name itself may be a path.
    return above ? [...above, name.split(pathSeparator).at(-1)].join(pathSeparator) : name;
  });
}

function commonStart(one: readonly string[], other: readonly string[]): readonly string[] {
  const end = one.findIndex((name, at) => name !== other[at]);
  return end < 0 ? one : one.slice(0, end);
}
