// The session: what happens to a person's data when another person, or nobody, is signed in on the same device.
import { assert, suite } from '../../fixtures/suite.ts';
import type { Client } from '../api/client.ts';
import { forgetSaved } from './saved.ts';
import { Session } from './session.ts';

const test = suite('the session');

/** A device with storage and documents; each sign-in loads a new document. */
function device() {
  const kept = new Map<string, string>();
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
  Object.defineProperty(globalThis, 'localStorage', { value: storage, configurable: true });
  const done: string[] = [];
  const cookie = { sub: undefined as string | undefined, reachable: true };
  const client = {
    session: async () => {
      if (!cookie.reachable) throw new Error('no network');
      const answer = cookie.sub ? { signed_in: true, sub: cookie.sub } : { signed_in: false };
      await new Promise(setImmediate);
      return answer;
    },
    signOut: async () => {
      if (!cookie.reachable) throw new Error('no network');
      for (let times = 0; times < 2; times += 1) await new Promise(setImmediate);
      cookie.sub = undefined;
    },
  } as unknown as Client;
  const open = () =>
    new Session(client, {
      purge: async () => void done.push('purge'),
      forget: () => void done.push('forget'),
      putAside: (sub) => done.push(`aside ${sub}`),
      giveBack: (sub) => done.push(`back ${sub}`),
    });
  return { open, cookie, done, storage };
}

const before = Object.getOwnPropertyDescriptor(globalThis, 'localStorage');
test.afterEach(() => {
  forgetSaved('localStorage', 'couture-');
  forgetSaved('sessionStorage', 'couture-');
  if (before) Object.defineProperty(globalThis, 'localStorage', before);
  else delete (globalThis as { localStorage?: unknown }).localStorage;
});

test('an expired sign-in sets data aside; the same customer gets it back, another finds nothing', async () => {
  const { open, cookie, done } = device();
  assert.ok(await open().refresh());
  cookie.sub = 'ann';
  await open().refresh();
  cookie.sub = undefined;
  await open().refresh();
  await open().refresh();
  cookie.sub = 'ann';
  await open().refresh();
  assert.equal(done, ['back ann', 'aside ann', 'back ann'], 'a guest’s data stays');
  cookie.sub = 'ben';
  await open().refresh();
  assert.equal(done.slice(3), ['purge', 'back ben']);
});

test('signing out clears everything, also in other tabs; without an answer the session is unknown', async () => {
  const { open, cookie, done } = device();
  cookie.sub = 'ann';
  const [here, there] = [open(), open()];
  await here.refresh();
  await there.refresh();
  cookie.reachable = false;
  assert.not.ok(await here.refresh());
  assert.equal([here.state, done], ['customer', ['back ann', 'back ann']]);
  cookie.reachable = true;
  assert.is(await here.signOut(), 'confirmed');
  await there.refresh();
  assert.equal(done.slice(2), ['purge', 'purge']);
  await there.refresh();
  assert.is(done.length, 4);
});

test('a document forgets the customer before when another tab has brought the next one', async () => {
  const { open, cookie, done } = device();
  cookie.sub = 'ann';
  const [here, there] = [open(), open()];
  await here.refresh();
  await there.refresh();
  cookie.sub = 'ben';
  await there.refresh();
  assert.equal(done.slice(2), ['purge', 'back ben']);
  // What is in storage is Ben’s by now.
  await here.refresh();
  await here.refresh();
  assert.equal([here.sub, done.slice(4)], ['ben', ['forget', 'back ben', 'back ben']]);
});

test('a sign-out that the server missed reports whether it outlives the page', async () => {
  const { open, cookie, storage } = device();
  cookie.sub = 'ann';
  await open().refresh();
  cookie.reachable = false;
  assert.is(await open().signOut(), 'queued');
  storage.setItem = () => {
    throw new Error('QuotaExceededError');
  };
  const full = open();
  assert.is(await full.signOut(), 'unsaved');
  cookie.reachable = true;
  await full.refresh();
  assert.equal([full.state, cookie.sub], ['guest', undefined]);
});

test('an answer that was on its way during a sign-out signs nobody in again', async () => {
  const { open, cookie, done } = device();
  cookie.sub = 'ann';
  const here = open();
  await here.refresh();
  // The answer is made while the cookie is there, and arrives after the sign-out.
  const asked = here.refresh();
  await here.signOut();
  await asked;
  assert.equal([here.state, cookie.sub], ['guest', undefined]);
  assert.equal(done.slice(1), ['purge']);
  await here.refresh();
  assert.equal(done.slice(1), ['purge'], 'nothing of a guest is set aside for the customer who has left');
});

test('an answer that was on its way while another tab signs out is asked for again', async () => {
  const { open, cookie, done } = device();
  cookie.sub = 'ann';
  const [here, there] = [open(), open()];
  await here.refresh();
  await there.refresh();
  // The answer for the one arrives before the server knows of the other’s sign-out.
  await Promise.all([there.refresh(), here.signOut()]);
  assert.equal([there.state, here.state, cookie.sub], ['guest', 'guest', undefined]);
  assert.equal(done.slice(2), ['purge', 'purge']);
});
