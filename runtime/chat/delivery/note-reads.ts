// Private notes for agents' sockets. The sockets of chats are never given this.
import type { Pool } from '../../../sql/pool.ts';
import { notesAfter } from '../../../sql/store/chat/notes.ts';
import type { WireNote } from '../../contract/chat-console.ts';
import { wireNote } from './wire-sessions.ts';

export class NoteReads {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** @param after id of the last note that is known; '0': none */
  async after(sessionId: string, after: string): Promise<WireNote[]> {
    return (await notesAfter(this.#pool, [{ sessionId, after }])).map(wireNote);
  }
}
