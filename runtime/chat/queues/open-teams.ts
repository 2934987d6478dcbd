// The teams that shoppers may choose from, cached for some seconds: every widget that opens asks for them.
import type { Pool } from '../../../sql/pool.ts';
import { openTeams } from '../../../sql/store/chat/teams.ts';
import type { Log } from '../../core/log.ts';

export interface OfferedTeam {
  readonly id: string;
  readonly name: string;
}

/** Milliseconds for which teams are cached. */
const maxAge = 5_000;

export class OpenTeams {
  readonly #pool: Pool;
  readonly #log: Log;
  #teams: readonly OfferedTeam[] = [];
  #readAt = -Infinity;
  #reading: Promise<void> | undefined;

  constructor(pool: Pool, log: Log) {
    this.#pool = pool;
    this.#log = log;
  }

  /** Those that shoppers may choose; empty unless there is a choice. */
  async offered(): Promise<readonly OfferedTeam[]> {
    if (performance.now() - this.#readAt > maxAge) {
      this.#reading ??= this.#read().finally(() => (this.#reading = undefined));
      await this.#reading;
    }
    return this.#teams;
  }

  async #read(): Promise<void> {
    try {
      const teams = (await openTeams(this.#pool)).filter(({ intake }) => intake === 'choice');
      this.#teams = teams.length > 1 ? teams.map(({ team_id, name }) => ({ id: team_id, name })) : [];
      this.#readAt = performance.now();
    } catch (error) {
      this.#log.debug({ err: error }, 'failed to read the teams of the chat; the last known ones are used');
    }
  }
}
