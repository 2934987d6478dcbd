import { assert, suite } from '../../fixtures/suite.ts';
import type { WireSession } from '../../runtime/contract/chat-session.ts';
import { headWords } from './head-words.ts';

const test = suite('the line below the heading of a chat');

const words = (session: Partial<WireSession>) => headWords(session as WireSession, undefined);

test('a chat with an agent whose login has no name goes on', () => {
  assert.is(words({ state: 'active', agent_name: 'Sam' }), 'You’re chatting with Sam');
  assert.is(words({ state: 'active', agent_name: null }), 'An agent has joined the chat');
});

test('only a chat that has ended is called so', () => {
  for (const state of ['waiting', 'active', 'resolved'] as const)
    for (const agent_name of ['Sam', null]) assert.is.not(words({ state, agent_name }), 'Ended', state);
  assert.is(words({ state: 'closed' }), 'Ended');
});
