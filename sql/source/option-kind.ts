// Which options of a platform are colours and which sizes, by their titles, and how all others are written: for platforms on which
// options have any titles (`{{option_kind}}` in a preset).

const sizes = `size|größe|grösse|groesse|taille|pointure|talla|taglia|misura|maat|storlek|størrelse|koko|rozmiar|velikost|tamanho
  beden|размер|尺码|サイズ|사이즈|المقاس|مقاس`;
const colours = `colou?r|farbe|couleur|colore|kleur|färg|farge|farve|väri|kolor|barva|cor|renk|цвет|颜色|カラー|색상|اللون|لون`;

const pattern = (before: string, words: string) =>
  `^${before}(?:${words
    .split(/[|\n]/)
    .map((word) => word.trim())
    .join('|')})$`;

const [size, colour] = [pattern('(?:shoe |clothing |dress )?', sizes), pattern('', colours)];

/** The same decision for files. */
export function optionKind(title: string): 'size' | 'colour' | undefined {
  const words = title.trim().toLowerCase();
  if (new RegExp(size, 'u').test(words)) return 'size';
  return new RegExp(colour, 'u').test(words) ? 'colour' : undefined;
}

/** The same for files: "Material: Linen", but "Blue" for colours and "M" for sizes. */
export function namedOption(title: string, value: string): string {
  const words = title.trim().replaceAll(' / ', '/');
  return words && !optionKind(words) ? `${words}: ${value}` : value;
}

export const optionKindFunction = `-- What an option is: colour, size, or neither, which is null. This is the only place that decides it.
create or replace function couture_source.option_kind(title text) returns text
language sql immutable parallel safe as $$
  select case when lower(trim(title)) ~ '${size}' then 'size'
              when lower(trim(title)) ~ '${colour}' then 'colour' end
$$;

-- An option as it stands after the size: "Material: Linen". Colours and sizes need no title.
create or replace function couture_source.named_option(title text, value text) returns text
language sql immutable parallel safe as $$
  select case when trim(title) <> '' and couture_source.option_kind(title) is null
              then replace(trim(title), ' / ', '/') || ': ' || value else value end
$$;`;
