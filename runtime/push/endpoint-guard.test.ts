// Hostile endpoints: each is refused, and by the rule that is meant for it.
import { assert, suite } from '../../fixtures/suite.ts';
import { isPublic } from '../outbound/public-address.ts';
import { type PushNetwork, requireAddress, requireEndpoint } from './endpoint-guard.ts';

const test = suite('the endpoint guard');

const hostile: ReadonlyArray<readonly [endpoint: string, why: RegExp]> = [
  ['http://fcm.googleapis.com/fcm/send/x', /not an https URL/],
  ['ftp://fcm.googleapis.com/x', /not an https URL/],
  ['javascript:alert(1)', /not an https URL/],
  ['//fcm.googleapis.com/x', /not an https URL/],
  ['https:/fcm.googleapis.com/x', /not an https URL/],
  ['https:\\\\fcm.googleapis.com\\x', /not an https URL/],
  ['https://fcm.googleapis.com\\@169.254.169.254/', /not an https URL/],
  ['https://fcm.goo\tgleapis.com/x', /not an https URL/],
  [' https://fcm.googleapis.com/x', /not an https URL/],
  ['https://fcm.googleapis.com/x\r\nHost: evil', /not an https URL/],
  [`https://fcm.googleapis.com/${'a'.repeat(2_048)}`, /characters/],
  ['https://fcm.googleapis.com@evil.example/', /user/],
  ['https://fcm.googleapis.com:443@evil.example/', /user/],
  ['https://user:password@fcm.googleapis.com/x', /user/],
  ['https://@fcm.googleapis.com/x', /user/],
  ['https://fcm.googleapis.com:8443/x', /port/],
  ['https://fcm.googleapis.com:22/x', /port/],
  ['https://fcm.googleapis.com:443/x', /normal form/],
  ['https://FCM.googleapis.com/x', /normal form/],
  ['https://ｆcm.googleapis.com/x', /not an https URL/],
  // Node 24 takes this for a host name.
  ['https://xn--cm-ygg.googleapis.com/x', /not an https URL|not a known push service/],
  ['https://evil-googleapis.com/x', /not a known push service/],
  ['https://fcm.googleapis.com.evil.example/x', /not a known push service/],
  ['https://evil.example/fcm.googleapis.com', /not a known push service/],
  ['https://evil.example/?a.push.apple.com', /not a known push service/],
  ['https://evil.example/x.notify.windows.com/', /not a known push service/],
  ['https://evilnotify.windows.com/x', /not a known push service/],
  ['https://notify.windows.com/x', /not a known push service/],
  ['https://.notify.windows.com/x', /not a known push service/],
  ['https://fcm.googleapis.com./x', /not a known push service/],
  ['https://localhost/x', /not a known push service/],
  ['https://127.0.0.1/x', /address/],
  ['https://127.1/x', /normal form/],
  ['https://2130706433/x', /normal form/],
  ['https://0x7f.1/x', /normal form/],
  ['https://0177.0.0.1/x', /normal form/],
  ['https://169.254.169.254/latest/meta-data', /address/],
  ['https://[::1]/x', /address/],
  ['https://[::ffff:127.0.0.1]/x', /normal form/],
  ['https://[64:ff9b::7f00:1]/x', /address/],
  ['https://fcm.googleapis.com/x#y', /fragment/],
  ['https://%66cm.googleapis.com/x', /normal form/],
];

for (const [endpoint, why] of hostile) {
  test(`refuses ${JSON.stringify(endpoint.slice(0, 60))}`, () => {
    assert.throws(
      () => requireEndpoint(endpoint, { hosts: [] }),
      (error: Error & { code?: string }) =>
        error.code === 'endpoint_refused' && why.test(error.message) && !error.message.includes('evil'),
    );
  });
}

test('accepts endpoints of the known push services and those that the operator lists', () => {
  for (const endpoint of [
    'https://fcm.googleapis.com/fcm/send/dq9:APA91b_x-y',
    'https://updates.push.services.mozilla.com/wpush/v2/gAAAAAB',
    'https://web.push.apple.com/QGuQyavXutnMb',
    'https://wns2-par02p.notify.windows.com/w/?token=BQYAAA%2f',
  ])
    assert.is(requireEndpoint(endpoint, { hosts: [] }).isOwn, false);
  const hosts = ['push.shop.example:8443', '*.own.example'];
  assert.is(requireEndpoint('https://push.shop.example:8443/x', { hosts }).isOwn, true);
  assert.is(requireEndpoint('https://a.own.example/x', { hosts }).isOwn, true);
  assert.throws(() => requireEndpoint('https://push.shop.example/x', { hosts }), /not a known push service/);
  assert.throws(() => requireEndpoint('https://own.example/x', { hosts }), /not a known push service/);
});

test('refuses addresses that are not public, also inside IPv6 addresses', () => {
  for (const address of [
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '100.127.255.254',
    '127.0.0.53',
    '169.254.169.254',
    '172.31.0.1',
    '192.168.1.1',
    '198.18.0.1',
    '203.0.113.9',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:10.0.0.1',
    '::ffff:8.8.8.8',
    '64:ff9b::a00:1',
    '64:ff9b:1::1',
    '2001::1',
    '2001:db8::1',
    '2002:7f00:1::',
    'fc00::1',
    'fd12::1',
    'fe80::1',
    'ff02::1',
    'localhost',
  ])
    assert.not(isPublic(address), address);
  for (const address of ['8.8.8.8', '100.128.0.1', '172.32.0.1', '2607:f8b0:4004:800::200a'])
    assert.ok(isPublic(address), address);
});

test('one address that is not public refuses the host', async () => {
  const endpoint = requireEndpoint('https://fcm.googleapis.com/x', { hosts: [] });
  const found = (...addresses: string[]): PushNetwork => ({
    hosts: [],
    allowPrivate: true,
    lookup: async () => addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
  });
  assert.equal(await requireAddress(endpoint, found('8.8.8.8')), { address: '8.8.8.8', family: 4 });
  for (const addresses of [['10.0.0.1'], ['8.8.8.8', '127.0.0.1'], ['::ffff:169.254.169.254'], []]) {
    const message = await requireAddress(endpoint, found(...addresses)).catch((error) => error.message);
    assert.match(message, /not public|no address/);
  }
});

test('private addresses are for hosts that the operator lists, and only when allowed', async () => {
  const hosts = ['push.lan:8443'];
  const endpoint = requireEndpoint('https://push.lan:8443/x', { hosts });
  const lookup = async () => [{ address: '10.0.0.7', family: 4 }];
  assert.is((await requireAddress(endpoint, { hosts, allowPrivate: true, lookup })).address, '10.0.0.7');
  const message = await requireAddress(endpoint, { hosts, allowPrivate: false, lookup }).catch(
    (error) => error.message,
  );
  assert.match(message, /not public/);
});
