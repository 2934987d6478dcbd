// A standalone Spark cluster on the loopback interface: a master and two workers, each a process, and their executors.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

export interface TestCluster {
  /** spark://127.0.0.1:port */
  readonly master: string;
  /** Returns the process ids of the live executors. */
  executors(): Promise<number[]>;
  /** Kills a worker with SIGKILL; its executor dies with it. */
  killWorker(): void;
  stop(): Promise<void>;
}

const workers = 2;

/** Starts the cluster; a job starts the executors. The workers write into `folder`. */
export async function startCluster(sparkHome: string, folder: string): Promise<TestCluster> {
  const daemons: ChildProcess[] = [];
  const start = async (name: string, args: readonly string[], ready: RegExp): Promise<string> => {
    const daemon = spawn(
      path.join(sparkHome, 'bin', 'spark-class'),
      [`org.apache.spark.deploy.${name}`, '--host', '127.0.0.1', '--port', '0', '--webui-port', '0', ...args],
      {
        env: { ...process.env, SPARK_HOME: sparkHome, SPARK_DAEMON_MEMORY: '256m' },
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    );
    daemons.push(daemon);
    const lines = createInterface({ input: daemon.stderr! });
    return new Promise((resolve, reject) => {
      lines.on('line', (line) => {
        const found = ready.exec(line);
        if (found) resolve(found[1]!);
      });
      daemon.once('close', (code) => reject(new Error(`${name} ended with ${code}`)));
      daemon.once('error', reject);
    });
  };
  const stop = async () => {
    for (const daemon of daemons.reverse()) {
      if (daemon.exitCode !== null || daemon.signalCode !== null) continue;
      daemon.kill('SIGTERM');
      await once(daemon, 'close');
    }
  };
  try {
    const master = await start('master.Master', [], /Starting Spark master at (spark:\/\/\S+)/);
    for (let worker = 0; worker < workers; worker++)
      await start(
        'worker.Worker',
        ['--cores', '1', '--memory', '1g', '--work-dir', path.join(folder, `worker-${worker}`), master],
        /Successfully registered with master (\S+)/,
      );
    return {
      master,
      executors: () => executorsOf(master),
      killWorker: () => daemons[1]!.kill('SIGKILL'),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Returns the executors of this cluster's workers only: other clusters may run on the machine. */
async function executorsOf(master: string): Promise<number[]> {
  const { stdout } = await promisify(execFile)('ps', ['axww', '-o', 'pid=,ppid=,args='], {
    maxBuffer: 1 << 24,
  });
  const rows = stdout.split('\n').flatMap((line) => {
    const [, pid, parent, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return command === undefined ? [] : [{ pid: Number(pid), parent: Number(parent), command }];
  });
  const own = rows.filter(({ command }) => command.includes('worker.Worker') && command.includes(master));
  const parents = new Set(own.map(({ pid }) => pid));
  return rows
    .filter(({ parent, command }) => command.includes('CoarseGrainedExecutorBackend') && parents.has(parent))
    .map(({ pid }) => pid);
}
