// Encrypts messages: a few here, those of a campaign on a thread of its own, which leaves the sending thread free for requests
// and rows. A campaign's messages go there in batches: one by one, they would cost as much as they save.
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { encryptFor, type Recipient } from './encryption.ts';
import type { EncryptedBatch } from './encryption.worker.ts';

export interface EncrypterOptions {
  /** Messages that are encrypted here before a thread is started, and again after a pause; infinite on a single core. */
  readonly before?: number;
  /** Milliseconds after which the thread is ended if it has nothing to do, or does not answer. */
  readonly idle?: number;
  /** The thread's script, for tests. */
  readonly script?: URL;
}

interface Job {
  readonly recipient: Recipient;
  readonly payload: string;
  readonly resolve: (body: Buffer) => void;
  readonly reject: (error: unknown) => void;
}

/** Starting a thread takes as long as encrypting about 300 messages. */
const defaultBefore = availableParallelism() > 1 ? 300 : Number.POSITIVE_INFINITY;
const defaultIdle = 5_000;
const defaultScript = new URL('./encryption.worker.js', import.meta.url);
/** Messages per batch: few enough that the first ones are sent while the others are encrypted. */
const batchSize = 25;

export class Encrypter {
  #before: number;
  readonly #givenBefore: number;
  readonly #idle: number;
  readonly #script: URL;
  #thread: Worker | undefined;
  #gathered: Job[] = [];
  /** Batches of the thread, in the order in which it answers. */
  #pending: Job[][] = [];
  #count = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor({ before = defaultBefore, idle = defaultIdle, script = defaultScript }: EncrypterOptions = {}) {
    this.#before = before;
    this.#givenBefore = before;
    this.#idle = idle;
    this.#script = script;
  }

  /** Whether a thread is running. */
  get hasThread(): boolean {
    return this.#thread !== undefined;
  }

  /** @throws Error when the recipient's keys are invalid */
  async encrypt(recipient: Recipient, payload: string): Promise<Buffer> {
    this.#count += 1;
    // More messages give a thread that owes an answer no more time.
    if (this.#pending.length === 0)
      this.#timer = this.#timer?.refresh() ?? setTimeout(() => this.close(), this.#idle).unref();
    if (this.#count <= this.#before) return encryptFor(recipient, payload);
    return new Promise((resolve, reject) => {
      this.#gathered.push({ recipient, payload, resolve, reject });
      if (this.#gathered.length === 1) setImmediate(() => this.#flush());
      else if (this.#gathered.length === batchSize) this.#flush();
    });
  }

  /** Ends the thread; what it has not encrypted yet is encrypted here. The next campaign may start another one. */
  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#count = 0;
    this.#before = this.#givenBefore;
    const thread = this.#thread;
    this.#lose();
    void thread?.terminate();
  }

  #flush(): void {
    const batch = this.#gathered;
    this.#gathered = [];
    if (batch.length === 0) return;
    this.#pending.push(batch);
    try {
      this.#thread ??= this.#start();
      this.#thread.ref();
      this.#thread.postMessage(
        batch.flatMap(({ recipient, payload }) => [recipient.p256dh, recipient.auth, payload]),
      );
    } catch {
      // A limit of threads, or Node's permission model.
      this.#fail();
    }
  }

  #start(): Worker {
    const thread = new Worker(this.#script, { resourceLimits: { maxYoungGenerationSizeMb: 2 } });
    // A late event of a thread that was ended must not settle messages of the next one.
    const ofThread =
      <T>(react: (said: T) => void) =>
      (said: T) =>
        thread === this.#thread && react(said);
    return thread
      .on(
        'message',
        ofThread<EncryptedBatch>((batch) => this.#encrypted(batch)),
      )
      .on(
        'error',
        ofThread(() => this.#fail()),
      )
      .on(
        'exit',
        ofThread(() => this.#fail()),
      );
  }

  #encrypted({ bytes, lengths }: EncryptedBatch): void {
    const batch = this.#pending.shift() ?? [];
    this.#timer?.refresh();
    // An idle thread does not keep the process running.
    if (this.#pending.length === 0) this.#thread?.unref();
    let end = 0;
    for (const [at, { resolve, reject }] of batch.entries()) {
      const length = lengths[at]!;
      if (length === 0) reject(new Error('the keys of the browser are invalid'));
      else resolve(Buffer.from(bytes, end, length));
      end += length;
    }
  }

  /** The thread died or could not start: until a pause, another one would fail, too. */
  #fail(): void {
    this.#before = Number.POSITIVE_INFINITY;
    this.#lose();
  }

  /** The thread is gone: its messages are encrypted here. */
  #lose(): void {
    this.#thread = undefined;
    const jobs = [...this.#pending.flat(), ...this.#gathered];
    [this.#pending, this.#gathered] = [[], []];
    for (const { recipient, payload, resolve, reject } of jobs) {
      try {
        resolve(encryptFor(recipient, payload));
      } catch (error) {
        reject(error);
      }
    }
  }
}
