// Runs a task again by itself: after a failure when the network or the page returns, and with growing pauses in between;
// after a success when the page was away so long that its prices may have changed.
import { type Task, TaskStatus } from '@lit/task';
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { ApiError } from '../api/api-error.ts';
import { sinceNoted } from './device-clock.ts';

/** Milliseconds before the first retry, and between the last ones; each pause is twice the one before. */
const shortest = 3_000;
const longest = 30_000;
/** Milliseconds after which what a page shows is read again when the shopper returns to it. */
const maxAge = 60_000;

type AnyTask = Pick<Task<readonly unknown[], unknown>, 'status' | 'error' | 'run'>;

export class Renewed implements ReactiveController {
  readonly #task: () => AnyTask;
  readonly #rereads: boolean;
  #leaving = new AbortController();
  #retry: ReturnType<typeof setTimeout> | undefined;
  #pause = shortest;
  #readAt = Date.now();

  /** @param rereads false: only failures are repeated */
  constructor(host: ReactiveControllerHost, task: () => AnyTask, { rereads = true } = {}) {
    this.#task = task;
    this.#rereads = rereads;
    host.addController(this);
  }

  hostConnected(): void {
    this.#leaving = new AbortController();
    const { signal } = this.#leaving;
    addEventListener('online', this.#back, { signal });
    addEventListener('pageshow', ({ persisted }) => persisted && this.#back(), { signal });
    document.addEventListener('visibilitychange', this.#back, { signal });
  }

  hostDisconnected(): void {
    this.#leaving.abort();
    clearTimeout(this.#retry);
    this.#retry = undefined;
  }

  hostUpdated(): void {
    const { status } = this.#task();
    if (status === TaskStatus.PENDING) this.#readAt = Date.now();
    if (status === TaskStatus.COMPLETE) this.#pause = shortest;
    if (!this.#hasFailed || this.#retry !== undefined) return;
    // Jitter: the pages of a whole shop must not return together.
    this.#retry = setTimeout(
      () => {
        this.#retry = undefined;
        this.#pause = Math.min(longest, this.#pause * 2);
        if (document.visibilityState === 'visible') this.#run();
      },
      this.#pause * (0.5 + Math.random()),
    );
  }

  /** Whether asking again may help: no answer, or one that is the server's fault. */
  get #hasFailed(): boolean {
    const { status, error } = this.#task();
    if (status !== TaskStatus.ERROR) return false;
    return !(error instanceof ApiError) || error.status >= 500 || error.status === 429;
  }

  readonly #back = () => {
    if (document.visibilityState === 'hidden' || !navigator.onLine) return;
    const isOld = this.#rereads && sinceNoted(this.#readAt) > maxAge;
    if (this.#hasFailed || (isOld && this.#task().status === TaskStatus.COMPLETE)) this.#run();
  };

  #run(): void {
    clearTimeout(this.#retry);
    this.#retry = undefined;
    void this.#task().run();
  }
}
