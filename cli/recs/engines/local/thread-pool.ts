// A pool of worker threads with a queue: tasks by name, results as promises. Tasks that share an input run in a session,
// which opens on every thread first; its tasks exist only on the handle that `open` returns. A thread that dies ends the
// pool.
import { parentPort, Worker } from 'node:worker_threads';
import { CoutureError } from '../../../../runtime/core/errors.ts';

/** Task name → types of its input and output. */
export type TaskMap = Record<string, { input: unknown; output: unknown }>;
type Name<T> = keyof T & string;

/** Session name → types of the input that opens it, of its tasks, and of what each thread returns when it closes. */
export type SessionMap = Record<string, { input: unknown; tasks: TaskMap; output: unknown }>;

/** A session that is open on every thread. */
export interface Session<S extends SessionMap[string]> {
  /** Runs a task of the session on the next free thread. */
  run<K extends Name<S['tasks']>>(task: K, input: S['tasks'][K]['input']): Promise<S['tasks'][K]['output']>;
  /** Closes the session and frees what it holds. Outputs are in the order of the threads. */
  close(): Promise<S['output'][]>;
}

/** What a thread is asked to do: a task, or a step of the session with the number `session`. */
type Action =
  | { readonly kind: 'task'; readonly name: string; readonly input: unknown }
  | { readonly kind: 'open'; readonly session: number; readonly name: string; readonly input: unknown }
  | { readonly kind: 'run'; readonly session: number; readonly name: string; readonly input: unknown }
  | { readonly kind: 'close'; readonly session: number };

interface Request {
  readonly id: number;
  readonly action: Action;
}
type Reply =
  | { readonly id: number; readonly output: unknown }
  | { readonly id: number; readonly error: Error; readonly facts: ErrorFacts };

/** Properties of a system error that structured cloning between threads drops. */
type ErrorFacts = Pick<NodeJS.ErrnoException, 'code' | 'syscall'>;

interface Job {
  readonly request: Request;
  /** The only thread that may run the job; undefined: any. */
  readonly worker: Worker | undefined;
  readonly resolve: (output: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** A fixed number of threads that run the tasks of one worker file (see `serveTasks`). */
export class ThreadPool<T extends TaskMap, S extends SessionMap = Record<never, never>> {
  readonly size: number;
  readonly #workers: Worker[];
  readonly #idle: Worker[];
  readonly #queue: Job[] = [];
  readonly #running = new Map<Worker, Job>();
  #nextId = 0;
  #nextSession = 0;
  #failure: unknown;

  constructor(file: URL, size: number) {
    this.size = size;
    this.#workers = Array.from({ length: size }, () => this.#start(file));
    this.#idle = [...this.#workers];
  }

  /** Runs a task on the next free thread. */
  run<K extends Name<T>>(name: K, input: T[K]['input']): Promise<T[K]['output']> {
    return this.#enqueue({ kind: 'task', name, input }) as Promise<T[K]['output']>;
  }

  /** Opens a session on every thread, on each as soon as it is free. */
  async open<K extends Name<S>>(name: K, input: S[K]['input']): Promise<Session<S[K]>> {
    const session = this.#nextSession++;
    await this.#everywhere({ kind: 'open', session, name, input });
    return {
      run: (task, taskInput) =>
        this.#enqueue({ kind: 'run', session, name: task, input: taskInput }) as never,
      close: () => this.#everywhere({ kind: 'close', session }),
    };
  }

  /** Terminates all threads. Queued and running tasks reject with `interrupted`. */
  async close(): Promise<void> {
    this.#fail(new CoutureError('interrupted', 'The worker threads were stopped.'));
    // On Node 20 a thread that died of an error does not keep the process alive until `terminate` resolves.
    const alive = setInterval(() => {}, 1_000);
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
    clearInterval(alive);
  }

  #everywhere(action: Action): Promise<unknown[]> {
    return Promise.all(this.#workers.map((worker) => this.#enqueue(action, worker)));
  }

  #enqueue(action: Action, worker?: Worker): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#failure) return reject(this.#failure);
      this.#queue.push({ request: { id: this.#nextId++, action }, worker, resolve, reject });
      this.#dispatch();
    });
  }

  #start(file: URL): Worker {
    const worker = new Worker(file);
    // An idle pool must not keep the process alive.
    worker.unref();
    worker.on('message', (reply: Reply) => this.#finish(worker, reply));
    worker.on('error', (error) => {
      const why =
        (error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY'
          ? 'ran out of memory; use a lower --memory'
          : error.message;
      this.#fail(
        new CoutureError('worker_failed', `A worker thread ${why}`, 'Nothing was published.', {
          cause: error,
        }),
      );
    });
    // A thread that is killed or calls process.exit emits only this event.
    worker.on('exit', (code) =>
      this.#fail(
        new CoutureError(
          'worker_failed',
          `A worker thread exited unexpectedly (exit code ${code})`,
          'Nothing was published.',
        ),
      ),
    );
    return worker;
  }

  #dispatch(): void {
    for (const worker of [...this.#idle]) {
      const next = this.#queue.findIndex((job) => job.worker === undefined || job.worker === worker);
      if (next < 0) continue;
      const job = this.#queue.splice(next, 1)[0]!;
      this.#idle.splice(this.#idle.indexOf(worker), 1);
      this.#running.set(worker, job);
      worker.ref();
      worker.postMessage(job.request);
    }
  }

  #finish(worker: Worker, reply: Reply): void {
    const job = this.#running.get(worker);
    this.#running.delete(worker);
    this.#idle.push(worker);
    worker.unref();
    if ('error' in reply) {
      job?.reject(Object.assign(reply.error, reply.facts));
    } else {
      job?.resolve(reply.output);
    }
    this.#dispatch();
  }

  #fail(error: unknown): void {
    this.#failure ??= error;
    for (const job of [...this.#running.values(), ...this.#queue.splice(0)]) job.reject(error);
    this.#running.clear();
  }
}

const transfers = new WeakMap<object, readonly ArrayBuffer[]>();

/** Marks buffers of a handler's output to be transferred instead of copied. */
export function withTransfer<O extends object>(output: O, buffers: readonly ArrayBuffer[]): O {
  transfers.set(output, buffers);
  return output;
}

/** A handler per task of `T`. */
type Handlers<T extends TaskMap> = { readonly [K in Name<T>]: (input: T[K]['input']) => T[K]['output'] };

/** A session on one thread: its tasks use what `open` made, and nothing that an earlier task left behind. */
export interface OpenSession<S extends SessionMap[string]> {
  readonly tasks: Handlers<S['tasks']>;
  close(): S['output'];
}

/** Opens each session of `S` on one thread. */
type Openers<S extends SessionMap> = {
  readonly [K in Name<S>]: (input: S[K]['input']) => OpenSession<S[K]>;
};

/** The worker's side: runs the handler of each task and posts its result. Call once in the worker file. */
export function serveTasks<T extends TaskMap, S extends SessionMap = Record<never, never>>(
  handlers: Handlers<T>,
  openers: Openers<S>,
): void {
  const sessions = new Map<number, OpenSession<SessionMap[string]>>();
  parentPort!.on('message', ({ id, action }: Request) => {
    try {
      const output = act(action);
      const transfer = (typeof output === 'object' && output !== null && transfers.get(output)) || [];
      parentPort!.postMessage({ id, output } satisfies Reply, [...transfer]);
    } catch (error) {
      // A DOMException, such as the one for an output that cannot be cloned, would arrive as an empty object.
      const travels = error instanceof DOMException ? new Error(error.message) : (error as Error);
      const { code, syscall } = error as ErrorFacts;
      const facts = { ...(code && { code }), ...(syscall && { syscall }) };
      parentPort!.postMessage({ id, error: travels, facts } satisfies Reply);
    }
  });

  function act(action: Action): unknown {
    if (action.kind === 'task') return handlers[action.name as Name<T>](action.input as never);
    const { session } = action;
    if (action.kind === 'open') {
      sessions.set(session, openers[action.name as Name<S>](action.input) as OpenSession<SessionMap[string]>);
      return undefined;
    }
    const open = sessions.get(session);
    if (!open) throw new Error(`session ${session} is closed`);
    if (action.kind === 'run') return open.tasks[action.name]!(action.input);
    sessions.delete(session);
    return open.close();
  }
}
