// A runtime with --login: tokens in the platform's own form get personalized lists, a chat as that customer, and the console.
import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket } from 'ws';
import { assert, suite } from '../../fixtures/suite.ts';
import { chatSubprotocol } from '../../runtime/contract/chat-protocol.ts';
import { type Body, type SampleServer, sampleServer, secret } from '../test-support/sample-server.ts';

const staffSecret = 'the secret of the administrators, again of 32 and more';
const test = suite('logins of platforms, end to end');

function signed(claims: Readonly<Record<string, unknown>>, key = secret): { Authorization: string } {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const iat = Math.floor(Date.now() / 1_000);
  const content = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ iat, exp: iat + 300, ...claims })}`;
  return {
    Authorization: `Bearer ${content}.${createHmac('sha256', key).update(content).digest('base64url')}`,
  };
}

const simplejwt = { token_type: 'access', jti: 'b1e0', user_id: '7' };
const medusa = { actor_id: '7', actor_type: 'customer', auth_identity_id: 'authid_1', app_metadata: {} };
const evershop = {
  customer: { customer_id: 7, full_name: 'Zoë' },
  tokenType: 'customer',
  tokenKind: 'access',
};
/** Saleor signs with RS256 and publishes its key; users are global ids. */
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const saleor = {
  owner: 'saleor',
  iss: 'https://shop.example/graphql/',
  email: 'z@shop.example',
  type: 'access',
  user_id: globalId('User:7'),
  is_staff: false,
  token: 'Jz0a',
};

function globalId(text: string): string {
  return Buffer.from(text).toString('base64');
}

function signedByKey(
  claims: Readonly<Record<string, unknown>>,
  key = rsa.privateKey,
): { Authorization: string } {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const iat = Math.floor(Date.now() / 1_000);
  const content = `${part({ alg: 'RS256', kid: '1' })}.${part({ iat, exp: iat + 300, ...claims })}`;
  return {
    Authorization: `Bearer ${content}.${sign('sha256', Buffer.from(content), key).toString('base64url')}`,
  };
}

const keys = http.createServer((_, response) => {
  response.end(
    JSON.stringify({
      keys: [{ ...rsa.publicKey.export({ format: 'jwk' }), kid: '1', use: 'sig', key_ops: ['verify'] }],
    }),
  );
});
test.before(async () => {
  await once(keys.listen(0, '127.0.0.1'), 'listening');
});
test.after(() => {
  keys.closeAllConnections();
  keys.close();
});

const evershopUser = { user: { admin_user_id: 7, uuid: 'a1' }, tokenType: 'admin', tokenKind: 'access' };

const platforms = [
  {
    login: 'django',
    customer: signed(simplejwt),
    agent: signed({ ...simplejwt, user_id: '9', is_staff: true }),
    refused: [
      signed({ ...simplejwt, token_type: 'refresh' }),
      signed(medusa),
      signed(simplejwt, staffSecret),
    ],
  },
  {
    login: 'medusa',
    customer: signed(medusa),
    agent: signed({ ...medusa, actor_id: 'user_1', actor_type: 'user' }),
    refused: [
      signed({ ...medusa, actor_id: '' }),
      signed(simplejwt),
      signed({ ...medusa, actor_type: 'vendor' }),
    ],
  },
  {
    login: 'evershop',
    flags: () => ({ jwtStaffSecret: staffSecret }),
    customer: signed(evershop),
    agent: signed(evershopUser, staffSecret),
    refused: [
      signed({ ...evershop, tokenKind: 'refresh' }),
      signed({ ...evershop, customer: {} }),
      signed(medusa),
    ],
  },
  {
    login: 'saleor',
    flags: () => ({
      jwtSecret: undefined,
      jwksUrl: `http://127.0.0.1:${(keys.address() as AddressInfo).port}/.well-known/jwks.json`,
    }),
    customer: signedByKey(saleor),
    agent: signedByKey({ ...saleor, user_id: globalId('User:9'), is_staff: true }),
    refused: [
      signedByKey({ ...saleor, type: 'refresh' }),
      signedByKey({ ...saleor, user_id: globalId('App:7') }),
      signedByKey(saleor, generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey),
      signed(saleor),
    ],
  },
];

for (const { login, flags, customer, agent, refused } of platforms) {
  test(`${login}: lists, orders and chat as the customer; the console as an agent; other tokens refused`, async () => {
    const shop = await sampleServer({ login, ...flags?.() });
    try {
      const lists = await shop.json('/api/recommendations/personalized', customer);
      assert.ok(lists.length > 0, JSON.stringify(lists));
      assert.ok((await shop.json('/api/orders', customer)).orders.length > 0);
      assert.is((await shop.json('/api/session', customer)).customer_id, 7);

      const begun = await shop.post('/api/chat-sessions', { message: message('Is it washable?') }, customer);
      const chat: Body = await begun.json();
      assert.ok(begun.ok, JSON.stringify(chat));
      const seen = await shop.json(`/api/chat-sessions/${chat.id}/shopper`, agent);
      assert.is(
        String(seen.customer_id ?? seen.customer?.customer_id ?? seen.customer?.id),
        '7',
        JSON.stringify(seen),
      );

      assert.is((await shop.get('/api/chat-agents', customer)).status, 403);
      assert.is((await shop.get('/api/chat-agents', agent)).status, 200);
      const assigned = await shop.post(`/api/chat-sessions/${chat.id}/assign`, {}, agent);
      assert.ok(assigned.ok, await assigned.text());
      assert.is(await opens(shop, agent), true, 'the console’s socket');
      assert.is(await opens(shop, customer), false);

      for (const headers of refused) {
        for (const path of ['/api/recommendations/personalized', '/api/chat-agents', '/api/session'])
          assert.is((await shop.get(path, headers)).status, 401, `${path} ${headers.Authorization}`);
      }
    } finally {
      await shop.close();
    }
  });
}

function message(body: string) {
  return { client_message_id: crypto.randomUUID(), body };
}

/** Whether the console's socket opens with a ticket of this person. */
async function opens(shop: SampleServer, headers: { Authorization: string }): Promise<boolean> {
  const { ticket }: Body = await (await shop.post('/api/chat-console/ticket', {}, headers)).json();
  if (!ticket) return false;
  const socket = new WebSocket(`${shop.url.replace('http', 'ws')}/ws/console`, [
    chatSubprotocol,
    `ticket.${ticket}`,
  ]);
  try {
    return await new Promise((resolve) => {
      socket.onopen = () => resolve(true);
      socket.onerror = () => resolve(false);
    });
  } finally {
    socket.close();
  }
}
