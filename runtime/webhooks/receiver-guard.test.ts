// URLs of receivers: hostile and private ones are refused, unless the operator allows them.
import { assert, suite } from '../../fixtures/suite.ts';
import { receiverAddress, requireReceiver } from './receiver-guard.ts';

const test = suite('the guard of webhook receivers');
const codeOf = (error: Error & { code?: string }) => error.code;

test('refuses URLs that are not plain https', () => {
  for (const url of [
    'http://crm.shop.example/hook',
    'http://localhost/hook',
    'ftp://crm.shop.example/',
    'https://user:password@crm.shop.example/',
    'https://crm.shop.example/#part',
    'https://CRM.shop.example/',
    'https://2130706433/',
    'https://crm.shop.example\\@169.254.169.254/',
    ' https://crm.shop.example/',
    `https://crm.shop.example/${'a'.repeat(2_048)}`,
    '',
  ])
    assert.throws(
      () => requireReceiver(url, false),
      (error: Error) => codeOf(error) === 'webhook_refused' && !error.message.includes('crm.shop'),
      url,
    );
  assert.is(requireReceiver('https://crm.shop.example:8443/hook?x=1', false).isOwn, false);
});

test('plain http is for this machine only, and only when it is allowed', () => {
  for (const url of ['http://localhost:9/x', 'http://127.0.0.1/x', 'http://[::1]/x'])
    assert.is(requireReceiver(url, true).isOwn, true);
  for (const url of ['http://10.0.0.1/x', 'http://localhost.evil.example/', 'http://crm.shop.example/'])
    assert.throws(
      () => requireReceiver(url, true),
      (error: Error) => codeOf(error) === 'webhook_refused',
    );
});

test('a host leads to public addresses only, all of them, unless private ones are allowed', async () => {
  const at = (...addresses: string[]) => {
    return async () => addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  };
  const [strict, own] = [false, true].map((each) => requireReceiver('https://crm.shop.example/', each));
  assert.equal(await receiverAddress(strict!, at('8.8.8.8')), { address: '8.8.8.8', family: 4 });
  for (const addresses of [['10.0.0.1'], ['8.8.8.8', '127.0.0.1'], ['169.254.169.254'], ['fd12::1'], []]) {
    const error = await receiverAddress(strict!, at(...addresses)).catch((thrown) => thrown);
    assert.is(codeOf(error), 'webhook_refused');
  }
  assert.is((await receiverAddress(own!, at('10.0.0.1'))).address, '10.0.0.1');
  const literal = await receiverAddress(requireReceiver('https://192.168.1.1/', false)).catch(
    (thrown) => thrown,
  );
  assert.is(codeOf(literal), 'webhook_refused');
});
