// Texts with placeholders: "{{name|there}}, {{product.name}} is now {{price}}" → parts, and parts with values → text.
import { CoutureError } from '../../core/errors.ts';

/** Placeholder → what it stands for. */
export const placeholders = {
  name: 'name of the customer',
  'product.name': 'name of the product',
  'product.category': 'category of the product',
  price: 'current price of the product, in the language of the subscriber',
  shop: 'name of the shop',
} as const;
export type Placeholder = keyof typeof placeholders;

/** The values of one message. Without a value, the fallback of the placeholder is used. */
export type Values = { readonly [name in Placeholder]?: string | undefined };

interface Gap {
  readonly name: Placeholder;
  readonly fallback: string | undefined;
}

export interface Template {
  /** Texts and placeholders in their order. */
  readonly parts: ReadonlyArray<string | Gap>;
}

/** A text, or the placeholder that has neither a value nor a fallback. */
export type RenderedText =
  | { readonly text: string; readonly usedFallback: boolean }
  | { readonly missing: Placeholder };

/**
 * @param where what the text is, for the error: `--title`
 * @throws CoutureError `bad_option` for an unknown placeholder, or braces that don't match
 */
export function parseTemplate(text: string, where: string): Template {
  const parts: Array<string | Gap> = [];
  let end = 0;
  for (const match of text.matchAll(/\{\{([^{}]*)\}\}/g)) {
    parts.push(plain(text.slice(end, match.index), text, where), gapOf(match[1]!, where));
    end = match.index + match[0].length;
  }
  parts.push(plain(text.slice(end), text, where));
  return { parts: parts.filter((part) => part !== '') };
}

/** The placeholders that a template uses. */
export function placeholdersOf({ parts }: Template): Set<Placeholder> {
  return new Set(parts.flatMap((part) => (typeof part === 'string' ? [] : [part.name])));
}

export function renderTemplate({ parts }: Template, values: Values): RenderedText {
  let [text, usedFallback] = ['', false];
  for (const part of parts) {
    if (typeof part === 'string') text += part;
    else {
      const value = values[part.name] || undefined;
      if (value === undefined && part.fallback === undefined) return { missing: part.name };
      if (value === undefined) usedFallback = true;
      text += value ?? part.fallback;
    }
  }
  return { text, usedFallback };
}

function gapOf(inner: string, where: string): Gap {
  const [, name = '', fallback] = /^\s*([^|]*?)\s*(?:\|(.*))?$/s.exec(inner)!;
  if (Object.hasOwn(placeholders, name)) return { name: name as Placeholder, fallback: fallback?.trim() };
  throw new CoutureError(
    'bad_option',
    `${where} has the unknown placeholder ${JSON.stringify(`{{${inner}}}`)}`,
    `Use one of ${Object.keys(placeholders)
      .map((each) => `{{${each}}}`)
      .join(', ')}, with a fallback after a bar: {{name|there}}.`,
  );
}

function plain(part: string, text: string, where: string): string {
  if (!/\{\{|\}\}/.test(part)) return part;
  throw new CoutureError(
    'bad_option',
    `${where} has braces that don't match: ${JSON.stringify(text)}`,
    'Write placeholders as {{name}}.',
  );
}
