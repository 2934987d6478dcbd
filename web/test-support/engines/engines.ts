// Firefox and WebKit for tests, where they are installed: Debian's firefox-esr, and webkit2gtk-driver with xvfb.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { until } from '../../../fixtures/until.ts';
import { EngineWindow } from './engine-window.ts';
import { httpSession, marionetteSession, type Session } from './webdriver.ts';

export interface Engine {
  readonly name: 'Firefox' | 'WebKit';
  /** Programs that it needs and this machine lacks. */
  readonly missing: readonly string[];
  /**
   * Opens a browser with a new profile, so each is a separate visitor.
   * @param changes of Firefox's preferences; with any, scripts may run with the browser's rights
   */
  open(size: { width: number; height: number }, changes?: Preferences): Promise<EngineWindow>;
}

export type Preferences = Readonly<Record<string, string | number | boolean>>;

export const engines: readonly Engine[] = [
  { name: 'Firefox', missing: missing('firefox-esr'), open: openFirefox },
  { name: 'WebKit', missing: missing('WebKitWebDriver', 'Xvfb'), open: openWebKit },
];

function missing(...programs: readonly string[]): readonly string[] {
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  return programs.filter((program) => !folders.some((folder) => isExecutable(path.join(folder, program))));
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

const preferences: Preferences = {
  'marionette.port': 0,
  'devtools.console.stdout.content': true,
  'browser.dom.window.dump.enabled': true,
  'intl.accept_languages': 'en-GB',
  // No requests of its own.
  'app.normandy.enabled': false,
  'app.update.disabledForTesting': true,
  'browser.safebrowsing.update.enabled': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'services.settings.server': 'data:,#remote-settings-dummy/v1',
};

async function openFirefox(
  size: { width: number; height: number },
  changes?: Preferences,
): Promise<EngineWindow> {
  const profile = mkdtempSync(path.join(os.tmpdir(), 'couture-firefox-'));
  const lines = Object.entries({ ...preferences, ...changes }).map(
    (entry) => `user_pref(${JSON.stringify(entry).slice(1, -1)});`,
  );
  writeFileSync(path.join(profile, 'user.js'), lines.join('\n'));
  const errors: string[] = [];
  const rights = changes ? ['--remote-allow-system-access'] : [];
  const flags = ['--headless', '--marionette', '--no-remote', ...rights, '--profile', profile];
  const browser = start('firefox-esr', flags, {
    // Exceptions that nobody catches, in pages.
    read: (line) => /^JavaScript error: http/.test(line) && errors.push(line),
  });
  const close = async () => {
    await stop(browser);
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  };
  return openWindow(size, errors, close, async () => {
    const file = path.join(profile, 'MarionetteActivePort');
    const port = await until(() => existsSync(file) && Number(readFileSync(file, 'utf8')), 'Firefox');
    return marionetteSession(port);
  });
}

async function openWebKit(size: { width: number; height: number }): Promise<EngineWindow> {
  const errors: string[] = [];
  const opened: ChildProcess[] = [];
  const close = async () => {
    for (const process of opened.reverse()) await stop(process);
  };
  return openWindow(size, errors, close, async () => {
    const screen = start('Xvfb', ['-displayfd', '3', '-screen', '0', '1400x1000x24', '-nolisten', 'tcp'], {
      stdio3: true,
    });
    opened.push(screen);
    const [number] = await once(screen.stdio[3]!, 'data');
    const port = await freePort();
    const driver = start('WebKitWebDriver', [`--port=${port}`], {
      env: { DISPLAY: `:${String(number).trim()}`, LANG: 'en_GB.UTF-8', LANGUAGE: 'en_GB' },
      read: (line) => /CONSOLE JS ERROR/.test(line) && errors.push(line),
    });
    opened.push(driver);
    const url = `http://127.0.0.1:${port}`;
    await until(
      () =>
        fetch(`${url}/status`)
          .then((answer) => answer.ok)
          .catch(() => false),
      'WebKitWebDriver',
    );
    return httpSession(url, {
      'webkitgtk:browserOptions': {
        args: ['--automation', '--enable-write-console-messages-to-stdout=true'],
      },
    });
  });
}

/** @param close ends the browser; called when the window is closed, and if it does not open */
async function openWindow(
  size: { width: number; height: number },
  errors: readonly string[],
  close: () => Promise<void>,
  connect: () => Promise<Session>,
): Promise<EngineWindow> {
  try {
    const session = await connect();
    const window = new EngineWindow(session, errors, async () => {
      await session.end().catch(() => {});
      await close();
    });
    await window.resize(size);
    return window;
  } catch (error) {
    await close();
    throw error;
  }
}

interface Starting {
  readonly env?: Record<string, string>;
  /** Called with each line of output. */
  readonly read?: (line: string) => unknown;
  /** Opens a third pipe from the program. */
  readonly stdio3?: boolean;
}

function start(program: string, args: readonly string[], { env = {}, read, stdio3 }: Starting): ChildProcess {
  const child = spawn(program, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe', ...(stdio3 ? (['pipe'] as const) : [])],
  });
  for (const stream of [child.stdout!, child.stderr!])
    createInterface({ input: stream }).on('line', (line) => read?.(line));
  return child;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await once(child, 'exit');
  clearTimeout(timer);
}

/** WebKitWebDriver does not report a port that it chose itself. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
