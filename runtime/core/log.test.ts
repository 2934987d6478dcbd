// The log never waits for the reader of a pipe or socket.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { assert, suite } from '../../fixtures/suite.ts';
import { PatientPipe } from './log.ts';

const test = suite<{ folder: string; fifo: string }>('the log over a pipe', { timeout: 60_000 });
test.beforeEach((context) => {
  context.folder = mkdtempSync(path.join(os.tmpdir(), 'couture-pipe-'));
  context.fifo = path.join(context.folder, 'stderr');
  execFileSync('mkfifo', [context.fifo]);
});
test.afterEach(({ folder }) => rmSync(folder, { recursive: true, force: true }));

const url = new URL('./log.js', import.meta.url).href;

/** Runs a script whose stderr is a pipe; the pipe is read once the script has written to stdout. */
async function run(fifo: string, script: string): Promise<{ code: number; lines: string[] }> {
  const reader = openSync(fifo, constants.O_RDWR | constants.O_NONBLOCK);
  const stderr = openSync(fifo, constants.O_WRONLY);
  try {
    const code = `import { openLog } from ${JSON.stringify(url)}; const log = openLog('info'); ${script}`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
      stdio: ['ignore', 'pipe', stderr],
    });
    const ended = once(child, 'exit');
    let [open, text] = [true, ''];
    const exit = ended.then(([status]) => {
      open = false;
      return status as number;
    });
    await Promise.race([once(child.stdout!, 'data'), ended]);
    const chunk = Buffer.alloc(65_536);
    const readAll = () => {
      try {
        for (;;) text += chunk.toString('latin1', 0, readSync(reader, chunk));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      }
    };
    for (; open; await delay(5)) readAll();
    readAll();
    return { code: await exit, lines: text.split('\n').filter(Boolean) };
  } finally {
    closeSync(reader);
    closeSync(stderr);
  }
}

test('a reader that stalls costs log lines, and no time', async ({ fifo }) => {
  const { code, lines } = await run(
    fifo,
    `for (let n = 0; n < 20_000; n++) log.info({ n, text: 'x'.repeat(200) }, 'a line');
     console.log('read');
     setTimeout(() => log.warn('the last'), 2_000);`,
  );
  assert.is(code, 0);
  const parsed = lines.map((line) => JSON.parse(line));
  const dropped = parsed.find((each) => each.dropped)?.dropped;
  assert.ok(dropped > 0);
  assert.is(parsed.filter((each) => each.msg === 'a line').length + dropped, 20_000);
  assert.is(parsed.at(-1).msg, 'the last');
});

test('all lines arrive in order while somebody reads', async ({ fifo }) => {
  const { code, lines } = await run(
    fifo,
    `console.log('read');
     for (let n = 0; n < 3_000; n++) log.info({ n }, 'a line');
     setTimeout(() => {}, 2_000);`,
  );
  assert.is(code, 0);
  assert.equal(
    lines.map((line) => JSON.parse(line).n),
    Array.from({ length: 3_000 }, (_, n) => n),
  );
});

test('a stalled reader does not keep the process from ending', async ({ fifo }) => {
  const { code } = await run(
    fifo,
    `for (let n = 0; n < 20_000; n++) log.info({ n, text: 'x'.repeat(200) }, 'a line');`,
  );
  assert.is(code, 0);
});

test('a socket that nobody reads, as of journald, costs log lines and no time either', async () => {
  const code = `import { openLog } from ${JSON.stringify(url)}; import { fstatSync } from 'node:fs'; const log = openLog('info');
    for (let n = 0; n < 20_000; n++) log.info({ n, text: 'x'.repeat(200) }, 'a line');
    console.log(fstatSync(2).isSocket());
    process.stdin.once('data', () => setTimeout(() => { log.warn('the last'); process.stdin.destroy(); }, 1_000));`;
  // Node connects its children by sockets.
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: 'pipe' });
  const exit = once(child, 'exit');
  // A stream that is not read takes what fits into its buffer.
  const [answer] = await Promise.race([once(child.stdout, 'data'), exit]);
  assert.is(String(answer), 'true\n');
  let text = '';
  child.stderr.on('data', (chunk) => (text += chunk));
  child.stdin.write('read');
  assert.is((await exit)[0], 0);
  const parsed = text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  const dropped = parsed.find((each) => each.dropped)?.dropped;
  assert.ok(dropped > 0);
  assert.is(parsed.filter((each) => each.msg === 'a line').length + dropped, 20_000);
  assert.is(parsed.at(-1).msg, 'the last');
});

test('a file is no pipe: it is written synchronously', ({ folder }) => {
  const fd = openSync(path.join(folder, 'file'), 'w');
  assert.is(PatientPipe.open(fd), undefined);
  closeSync(fd);
});
