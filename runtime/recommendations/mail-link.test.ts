// Links of newsletters: only what the secret signed, for this use, and only until it expires.
import { createHmac } from 'node:crypto';
import { assert, suite } from '../../fixtures/suite.ts';
import { readMailLink, signMailLink } from './mail-link.ts';

const test = suite('links of newsletters');
const secret = 'a secret of 32 characters or more';
const claim = { customerId: 'cus_ü/1', expires: 2_000_000_000, tracked: true };

test('a link gives back what was signed, and nothing after its expiry', () => {
  const token = signMailLink(claim, secret);
  assert.match(token, /^[\w.-]+$/);
  assert.equal(readMailLink(token, secret), claim);
  assert.is(readMailLink(token, secret, claim.expires * 1_000), undefined);
  assert.is(readMailLink(token, `${secret}!`), undefined);
});

test('no part of a link can be changed', () => {
  const token = signMailLink(claim, secret);
  const other = signMailLink({ ...claim, customerId: 'cus_2' }, secret);
  const [, expires, use, signature] = token.split('.');
  const forged = [
    `${other.split('.')[0]}.${expires}.${use}.${signature}`,
    token.replace(`.${expires}.`, '.2000000001.'),
    token.replace('.t.', '.u.'),
    token.slice(0, -1),
    `${token}A`,
    '',
  ];
  for (const each of forged) assert.is(readMailLink(each, secret), undefined, each);
  // The same secret signs the same text for another use.
  const text = token.slice(0, token.lastIndexOf('.'));
  const foreign = createHmac('sha256', secret).update(text).digest('base64url');
  assert.is(readMailLink(`${text}.${foreign}`, secret), undefined);
});
