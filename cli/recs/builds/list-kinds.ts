// Words of a --kind flag → kinds of list.
import { CoutureError } from '../../../runtime/core/errors.ts';
import { listKinds } from '../../../runtime/core/options.ts';

/** `similar,bought-together` → those of `allowed`, in its order; all of them where nothing was asked for. */
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
    `--kind is ${JSON.stringify(value)}: ${known ? `${wrong} is a list of something else` : `there is no kind ${JSON.stringify(wrong)}`}`,
    `Here it is one or more of ${allowed.join(', ')}.`,
  );
}
