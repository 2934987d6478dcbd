// Whom the lists of the shop's pages are for, as another tab changes the customer.
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { assert, suite } from '../../fixtures/suite.ts';
import type { Session } from '../state/session.ts';
import { Store } from '../state/store.ts';
import { FollowSession } from './follow-session.ts';

const test = suite('lists follow the session');

class Known extends Store {
  state = 'unknown';
  sub: string | undefined;

  is(state: string, sub?: string): void {
    this.state = state;
    this.sub = sub;
    this.changed();
  }
}

test('a list is asked for again when the customer changes, and not when the session becomes known', () => {
  let updates = 0;
  let parts: ReactiveController | undefined;
  const host = {
    addController: (controller: ReactiveController) => (parts = controller),
    requestUpdate: () => (updates += 1),
  } as unknown as ReactiveControllerHost;
  const session = new Known();
  const follow = new FollowSession(host, () => session as unknown as Session);
  parts?.hostUpdate?.();
  session.is('customer', 'ann');
  session.is('customer', 'ann');
  assert.equal([follow.person, updates], [0, 0]);
  session.is('customer', 'ben');
  assert.equal([follow.person, updates], [1, 1]);
  session.is('guest');
  assert.equal([follow.person, updates], [2, 2]);
  // Off the page nothing is updated; back on it the change is noticed.
  parts?.hostDisconnected?.();
  session.is('customer', 'cid');
  assert.equal([follow.person, updates], [2, 2]);
  parts?.hostConnected?.();
  parts?.hostUpdate?.();
  assert.is(follow.person, 3);
});
