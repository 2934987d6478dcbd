// Colour and size of a product, without what its name says.

export interface Options {
  readonly name: string;
  readonly colour?: string | undefined;
  readonly size?: string | undefined;
}

/** Undefined for what the name says, or the shop does not. */
export function unnamedOptions({ name, colour, size }: Options): Pick<Options, 'colour' | 'size'> {
  const whole = name.toLowerCase();
  return {
    colour: colour && !whole.includes(colour.toLowerCase()) ? colour : undefined,
    size: size && !whole.endsWith(`, ${size}`.toLowerCase()) ? size : undefined,
  };
}
