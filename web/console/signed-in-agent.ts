// The agent who is signed in on this device: the session, what is forgotten with it, and news of the device's other windows.
import type { Client } from '../api/client.ts';
import { forgetDrafts } from '../chat/drafts.ts';
import { forgetSaved, saved } from '../state/saved.ts';
import { Session } from '../state/session.ts';

const name = 'couture-console-signed-in';

/** `sub` of the agent; '' for nobody. */
export const signedInAgent = saved(name, '', (value) => (typeof value === 'string' ? value : undefined));

/** Another agent must not send what this one has typed; after an expired sign-in, the same one finds it again. */
export function agentSession(client: Client): Session {
  return new Session(
    client,
    { purge: async () => forgetAgent(), forget: () => {}, putAside: () => {}, giveBack: () => {} },
    name,
  );
}

export function forgetAgent(): void {
  forgetDrafts();
  forgetSaved('sessionStorage', 'couture-');
  const ofDevice = ['couture-console-sound', 'couture-console-keys', name];
  forgetSaved('localStorage', 'couture-console-', ofDevice);
}
