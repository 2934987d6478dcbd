// Mails that were made to be expensive to read, and where their address is found.
import { simpleParser } from 'mailparser';
import { assert, suite } from '../../../fixtures/suite.ts';
import { readMail } from './read-mail.ts';

const test = suite('reading mails');
const token = 'abcdefghijkmnpqrstuv';
const address = `chat+${token}@shop.example`;

async function read(...headers: string[]) {
  const mail = await simpleParser(`${headers.join('\r\n')}\r\nMessage-ID: <1@x>\r\n\r\nYes, please.\r\n`);
  return readMail(mail, 'chat+{token}@shop.example', (text) => text);
}

test('the address for answers is found in every form of a header', async () => {
  for (const header of [
    `To: ${address}`,
    `To: <${address}>`,
    `To: "The Shop" <${address}>, other@shop.example`,
    `Cc: other@shop.example,\r\n ${address};`,
    `Delivered-To: (shop) ${address.toUpperCase()}`,
    `X-Original-To: "${address}"`,
  ]) {
    const mail = await read('From: ida@mail.example', header);
    assert.is(mail.kind === 'answer' && mail.token, token, header);
  }
  for (const header of [`To: @${address}`, `To: ${address}@`, 'To: @ chat+@shop.example @@', 'To:'])
    assert.is((await read(header)).kind, 'ignored', header);
});

test('a header of half a megabyte without an address is read at once', async () => {
  for (const header of ['a'.repeat(500_000), `${'a'.repeat(900)}\r\n `.repeat(500), '@'.repeat(500_000)]) {
    const mail = await read('From: ida@mail.example', `Cc: ${header}`, `To: ${address}`);
    assert.is(mail.kind === 'answer' && mail.body, 'Yes, please.');
  }
});
