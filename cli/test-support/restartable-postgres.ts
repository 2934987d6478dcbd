// A separate Postgres server that a test can stop and restart, for example in the middle of a build.
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { acquireEmbedded, type Embedded } from '../../sql/embedded/embedded.ts';
import { pidExists } from '../../sql/embedded/lease.ts';

export class RestartablePostgres {
  readonly #home: string;
  #server: Embedded;

  private constructor(home: string, server: Embedded) {
    this.#home = home;
    this.#server = server;
  }

  static async start(home: string): Promise<RestartablePostgres> {
    return new RestartablePostgres(home, await acquireEmbedded(home, { durable: false }));
  }

  get url(): string {
    return this.#server.url;
  }

  /** Like `pg_ctl restart`: cuts all sessions; the new server listens on the same port. */
  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /** Like `pg_ctl stop -m fast`. */
  async stop(): Promise<void> {
    const pid = Number(
      (await readFile(join(this.#server.location, 'postmaster.pid'), 'utf8')).split('\n')[0],
    );
    process.kill(pid, 'SIGINT');
    while (pidExists(pid)) await sleep(10);
  }

  async start(): Promise<void> {
    const before = this.#server;
    this.#server = await acquireEmbedded(this.#home, { durable: false });
    await before.release();
    if (this.#server.url !== before.url)
      throw new Error(`the server came back as ${this.#server.url}, not ${before.url}`);
  }

  async remove(): Promise<void> {
    await this.#server.release();
    await rm(this.#home, { recursive: true, force: true });
    await rm(this.#server.location, { recursive: true, force: true });
  }
}
