// Text such as `bought:Coats and not (inactive:90 or viewed:"Health and Beauty")` → audience. `not` binds tighter than `and`,
// `and` tighter than `or`. An argument ends before "and", "or", "not" and parentheses, unless it is in double quotes.
import { CoutureError } from '../../runtime/core/errors.ts';
import { type Audience, segments } from '../../sql/store/push/segments.ts';

const maxLength = 1_000;
const maxTerms = 20;
const maxDepth = 20;

/** Custom segments by name. */
export type CustomQueries = ReadonlyMap<string, { readonly sql: string }>;

/** @throws CoutureError `bad_option` that says at which character */
export function parseSegments(text: string, custom: CustomQueries = new Map()): Audience {
  const parser = new Parser(text, custom);
  if (text.length > maxLength) throw parser.wrong(`expected at most ${maxLength} characters`);
  return parser.whole();
}

class Parser {
  readonly #text: string;
  readonly #custom: CustomQueries;
  #at = 0;
  #terms = 0;
  #depth = 0;

  constructor(text: string, custom: CustomQueries) {
    this.#text = text;
    this.#custom = custom;
  }

  whole(): Audience {
    const audience = this.#any();
    if (this.#rest() !== '') throw this.wrong('expected "and", "or" or the end');
    return audience;
  }

  wrong(expected: string, at = this.#at): CoutureError {
    const where = this.#text === '' ? '' : `, at character ${at + 1}`;
    return new CoutureError(
      'bad_option',
      `--segment is ${JSON.stringify(this.#text)}: ${expected}${where}`,
      'Combine segments with and, or, not and parentheses; put arguments that contain one of them in double quotes: bought:"Health and Beauty".',
    );
  }

  #any(): Audience {
    const parts = [this.#all()];
    while (this.#word('or')) parts.push(this.#all());
    return parts.length === 1 ? parts[0]! : { or: parts };
  }

  #all(): Audience {
    const parts = [this.#one()];
    while (this.#word('and')) parts.push(this.#one());
    return parts.length === 1 ? parts[0]! : { and: parts };
  }

  #one(): Audience {
    this.#depth += 1;
    if (this.#depth > maxDepth) throw this.wrong(`expected at most ${maxDepth} levels`);
    const audience = this.#inner();
    this.#depth -= 1;
    return audience;
  }

  #inner(): Audience {
    if (this.#word('not')) return { not: this.#one() };
    if (!this.#rest().startsWith('(')) return this.#term();
    const start = this.#at;
    this.#at += 1;
    const audience = this.#any();
    if (!this.#rest().startsWith(')'))
      throw this.wrong(
        this.#rest() === ''
          ? `expected ")" for the "(" at character ${start + 1}`
          : 'expected "and", "or" or ")"',
      );
    this.#at += 1;
    return audience;
  }

  #term(): Audience {
    const rest = this.#rest();
    const at = this.#at;
    this.#terms += 1;
    if (this.#terms > maxTerms) throw this.wrong(`expected at most ${maxTerms} segments`);
    const [name = ''] = /^[^\s:()"]*/.exec(rest)!;
    const segment = Object.hasOwn(segments, name) ? segments[name] : undefined;
    const custom = this.#custom.get(name);
    if (!segment && !custom)
      throw this.wrong(`expected one of ${[...Object.keys(segments), ...this.#custom.keys()].join(', ')}`);
    this.#at += name.length;
    const hasArgument = this.#text[this.#at] === ':';
    if (!segment) {
      if (hasArgument) throw this.wrong(`${name} takes no argument`);
      return { segment: name, sql: custom!.sql };
    }
    if (hasArgument && !segment.argument) throw this.wrong(`${name} takes no argument`);
    if (hasArgument) this.#at += 1;
    const given = hasArgument ? this.#argument() : '';
    if (!segment.argument) return { segment: name, argument: null };
    const { kind, default: fallback } = segment.argument;
    const value = given || fallback;
    if (value === undefined) throw this.wrong(`expected ${name}:<${segment.argument.name}>`, at);
    if (kind === 'number' && !(/^\d{1,5}$/.test(value) && Number(value) > 0))
      throw this.wrong(`expected a number of ${segment.argument.name}, such as ${name}:${fallback}`, at);
    return { segment: name, argument: value };
  }

  #argument(): string {
    const rest = this.#text.slice(this.#at);
    if (rest.startsWith('"')) {
      const [quoted] = /^"(?:[^"\\]|\\.)*"/s.exec(rest) ?? [];
      if (quoted === undefined) throw this.wrong('expected a closing double quote');
      this.#at += quoted.length;
      return quoted.slice(1, -1).replaceAll(/\\(.)/gs, '$1');
    }
    const [bare] = /^(?:(?!\s+(?:and|or|not)(?![^\s()])|[()]).)*/is.exec(rest)!;
    this.#at += bare.length;
    return bare.trim();
  }

  /** Takes a keyword if it is next. */
  #word(keyword: string): boolean {
    const found = new RegExp(`^${keyword}(?![^\\s()])`, 'i').test(this.#rest());
    if (found) this.#at += keyword.length;
    return found;
  }

  /** What is left, from the next character that is no space on. */
  #rest(): string {
    while (/\s/.test(this.#text[this.#at] ?? '')) this.#at += 1;
    return this.#text.slice(this.#at);
  }
}

/** The segments of an audience, in their order, each once, as they are written. */
export function termsOf(
  audience: Audience,
): Array<{ readonly written: string; readonly audience: Audience }> {
  const terms = new Map(leavesOf(audience).map((leaf) => [writtenSegment(leaf), leaf]));
  return [...terms].map(([written, leaf]) => ({ written, audience: leaf }));
}

/** The categories that an audience names. */
export function categoriesOf(audience: Audience): string[] {
  const named = leavesOf(audience).flatMap((leaf) =>
    'argument' in leaf && segments[leaf.segment]!.argument?.name === 'category' ? [leaf.argument ?? ''] : [],
  );
  return [...new Set(named)];
}

/** The segments of an audience, in their order. */
export function leavesOf(audience: Audience): Audience[] {
  if ('and' in audience) return audience.and.flatMap(leavesOf);
  if ('or' in audience) return audience.or.flatMap(leavesOf);
  return 'not' in audience ? leavesOf(audience.not) : [audience];
}

/** An audience of segments as text that parses to the same audience. */
export function writtenSegment(audience: Audience): string {
  if ('and' in audience) return `(${audience.and.map(writtenSegment).join(' and ')})`;
  if ('or' in audience) return `(${audience.or.map(writtenSegment).join(' or ')})`;
  if ('not' in audience) return `not ${writtenSegment(audience.not)}`;
  if (!('segment' in audience)) return '';
  if ('sql' in audience) return audience.segment;
  const { segment, argument } = audience;
  if (argument === null) return segment;
  return `${segment}:${/^[\w-]+$/.test(argument) ? argument : `"${argument.replaceAll(/["\\]/g, '\\$&')}"`}`;
}
