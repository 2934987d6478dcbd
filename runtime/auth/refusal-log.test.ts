// What the owner of a shop finds in the log when tokens are refused, and that a flood of tokens does not fill it.
import { errors } from 'jose';
import { assert, suite } from '../../fixtures/suite.ts';
import { CoutureError } from '../core/errors.ts';
import { refusalLog } from './refusal-log.ts';

const test = suite('the log of refused tokens');

function logged() {
  const lines: Array<{ hint: string; message: string }> = [];
  const warn = ({ hint }: { hint: string }, message: string) => void lines.push({ hint, message });
  return { lines, refuse: refusalLog({ warn } as unknown as Parameters<typeof refusalLog>[0]) };
}

test('names the claims and the setting, each reason once a minute', () => {
  const { lines, refuse } = logged();
  const why = 'Invalid token: it has no claim "sub". Its claims are exp, user_id';
  for (let n = 0; n < 3; n++) refuse(new CoutureError('token_invalid', why, 'Set --login django.'));
  assert.equal(lines, [{ message: why, hint: 'Set --login django.' }]);
});

test('a foreign signature hints at the secret', () => {
  const { lines, refuse } = logged();
  const cause = new errors.JWSSignatureVerificationFailed();
  refuse(
    new CoutureError('token_invalid', 'Invalid token: its signature does not match', 'Sign in again.', {
      cause,
    }),
  );
  assert.match(lines[0]!.hint, /COUTURE_JWT_SECRET or COUTURE_JWKS_URL/);
});

test('tokens with ever new claims write at most twenty lines a minute', () => {
  const { lines, refuse } = logged();
  for (let n = 0; n < 1_000; n++) refuse(new CoutureError('token_invalid', `Its claims are x${n}`, ''));
  assert.is(lines.length, 20);
});
