// Links of mails, and what is made of them by hand.
import { assert, suite } from '../../../fixtures/suite.ts';
import { isSignedLink, isValidLink, readLink, signLink } from './signed-link.ts';

const test = suite('signed links');
const sessionId = '6f42b94a-4317-40df-9a75-f151affac402';
const key = Buffer.from('a key of this chat');

test('a link is valid until it expires; no forgery is, and none fails', () => {
  const expires = 4_000_000_000;
  const link = signLink({ use: 'return', sessionId, expires }, key);
  assert.is(isValidLink(link, key), true);
  assert.is(isValidLink(link, key, (expires + 1) * 1_000), false);
  assert.is(isSignedLink(link, Buffer.from('another')), false);
  const signature = link.slice(-43);
  for (const forged of [
    link.replace('return', 'unsubscribe'),
    link.replace('.4000000000.', '.04000000000.'),
    link.replace('.4000000000.', '.00000000000.'),
    link.replace('.4000000000.', '.99999999999.'),
    link.replace(signature, 'a'.repeat(43)),
    link.replace(sessionId, sessionId.toUpperCase()),
    `file.${sessionId}.${sessionId}.04000000000.${signature}`,
    `${link} `,
    '',
  ]) {
    assert.is(isSignedLink(forged, key), false, forged);
    assert.is(isValidLink(forged, key), false, forged);
  }
  assert.is(readLink('return.x.1.y'), undefined);
});
