import { assert, suite } from '../fixtures/suite.ts';
import { urlHost } from './url-host.ts';

const test = suite('host of a URL');

test('IPv6 addresses are in brackets, and all interfaces are localhost', () => {
  assert.equal(
    ['127.0.0.1', 'shop.example', '0.0.0.0', '::', '::1'].map(
      (host) => new URL(`http://${urlHost(host)}`).host,
    ),
    ['127.0.0.1', 'shop.example', 'localhost', 'localhost', '[::1]'],
  );
});
