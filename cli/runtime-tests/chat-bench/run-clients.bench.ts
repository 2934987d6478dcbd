// Starts the client process of the chat benchmark. Task → figures.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

export interface Result {
  readonly per_s?: number;
  readonly p50_ms?: number;
  readonly p99_ms?: number;
  readonly cut_off?: boolean;
}

/** Runs a task in a client process. @param during runs once all clients are connected */
export async function clients(task: object, during?: () => Promise<void>): Promise<Result> {
  const child = fork(path.join(import.meta.dirname, 'clients.bench.js'), { stdio: 'inherit' });
  child.send(task);
  for (;;) {
    const [message] = (await once(child, 'message')) as [{ connected?: true; result?: Result }];
    if (message.connected) await during?.();
    if (message.result) {
      await once(child, 'exit');
      return message.result;
    }
  }
}
