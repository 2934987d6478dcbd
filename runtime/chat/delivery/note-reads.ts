// Private notes for the console's sockets. Sockets of a single chat never get this object.
import type { Pool } from '../../../sql/pool.ts';
import { notesAfter } from '../../../sql/store/chat/notes.ts';
import type { WireNote } from '../../contract/chat-console.ts';
import { wireNote } from './wire-sessions.ts';

export class NoteReads {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** @param after id of the last note that was sent; '0' for all */
  async after(sessionId: string, after: string): Promise<WireNote[]> {
    return (await notesAfter(this.#pool, [{ sessionId, after }])).map(wireNote);
  }
}
