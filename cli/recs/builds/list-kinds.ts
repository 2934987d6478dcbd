// Value of a --kind flag → list kinds.
import { CoutureError } from '../../../runtime/core/errors.ts';
import { listKinds } from '../../../runtime/core/options.ts';

/**
 * Parses `similar,bought-together`. Returns kinds in the order of `allowed`; all of them if the flag is missing.
 * @throws CoutureError `bad_option` for a kind that is not in `allowed`
 */
export function parseKinds<K extends string>(value: unknown, allowed: readonly K[]): readonly K[] {
  if (value === undefined) return allowed;
  const wanted = String(value)
    .split(',')
    .map((kind) => kind.trim().replaceAll('-', '_'));
  const wrong = wanted.find((kind) => !(allowed as readonly string[]).includes(kind));
  if (wrong === undefined) return allowed.filter((kind) => wanted.includes(kind));
  const known = [...listKinds, 'bestseller'].includes(wrong);
  throw new CoutureError(
    'bad_option',
    `--kind is ${JSON.stringify(value)}: ${known ? `${wrong} is not a kind of these lists` : `unknown kind ${JSON.stringify(wrong)}`}`,
    `Use one or more of ${allowed.join(', ')}.`,
  );
}
