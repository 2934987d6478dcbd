// The sample shop on a real server, and a real browser: for tests, screenshots and benchmarks.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { openBrowser } from '../../fixtures/browser.ts';
import { templateDatabase, testDatabase } from '../../fixtures/database.ts';

/** Relative to dist/web. */
const packageRoot = path.resolve(import.meta.dirname, '../../..');

export const phone = {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 2,
  hasTouch: true,
  isMobile: true,
};
/** Lets the service worker run: installing it takes half of the CPU of a visit, so it is blocked by default. */
export const withWorker = { serviceWorkers: 'allow' } as const;
export const desktop = { viewport: { width: 1280, height: 800 } };

export interface RunningShop {
  readonly url: string;
  readonly databaseUrl: string;
  /** COUTURE_HOME of the server. */
  readonly home: string;
  /** Stops the server with SIGTERM; the database stays. */
  stop(): Promise<void>;
  /** Starts it again at the same address. */
  start(): Promise<void>;
  /** Suspends the server: connections stay open without responses, as in a tunnel. */
  hang(): void;
  goOn(): void;
  close(): Promise<void>;
}

export interface ShopInBrowser extends RunningShop {
  readonly browser: Browser;
  /**
   * Goes offline. The browser's offline switch does not affect requests of a service worker, so the server is stopped as
   * well.
   */
  goOffline(context: BrowserContext): Promise<void>;
  goOnline(context: BrowserContext): Promise<void>;
  /** Opens a window for a separate visitor, without the service worker (see `withWorker`). Page errors and policy violations are added to `errors`. */
  visit(options?: BrowserContextOptions): Promise<Visitor>;
  /** Closes the windows of all visitors, and ends an offline phase: pages left open keep drawing and asking while later tests run. */
  closeWindows(): Promise<void>;
}

export interface Visitor {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Exceptions, console errors and violations of the content security policy, in order. */
  readonly errors: readonly string[];
}

/**
 * Serves the demo shop from its own database.
 * @param env additional environment variables
 * @param site folder of the front end, by default dist/site, which all test files share: never change a file there
 */
export async function runShop(env: Record<string, string> = {}, site?: string): Promise<RunningShop> {
  const template = await templateDatabase('demo shop', async (url) => {
    const home = newHome();
    const child = run(['bin/couture.js', 'demo', '--no-serve', '--json'], {
      home,
      env: { DATABASE_URL: url },
    });
    child.once('exit', () => rmSync(home, { recursive: true, force: true }));
    const [code] = await once(child, 'exit');
    if (code !== 0) throw new Error(`couture demo ended with ${code}`);
  });
  const database = await testDatabase({ template });
  // Kept across restarts, so that sessions stay valid.
  const home = newHome();
  let running: { child: ChildProcess; url: string };
  let port = '0';
  const start = async () => {
    const script = 'dist/cli/test-support/demo-shop.js';
    const child = run([script, database.url, port, ...(site ? [site] : [])], { home, env });
    const url = await addressOf(child);
    port = new URL(url).port;
    running = { child, url };
  };
  const remove = async () => {
    await database.drop();
    rmSync(home, { recursive: true, force: true });
  };
  await start().catch(async (error) => {
    await remove();
    throw error;
  });
  const stop = async () => {
    if (running.child.exitCode !== null || running.child.signalCode !== null) return;
    running.child.kill('SIGTERM');
    await once(running.child, 'exit');
  };
  return {
    get url() {
      return running.url;
    },
    databaseUrl: database.url,
    home,
    stop,
    start,
    hang: () => void running.child.kill('SIGSTOP'),
    goOn: () => void running.child.kill('SIGCONT'),
    close: async () => {
      running.child.kill('SIGCONT');
      await stop();
      await remove();
    },
  };
}

/** Starts the shop, as `runShop` does, and a browser. */
export async function shopInBrowser(env: Record<string, string> = {}, site?: string): Promise<ShopInBrowser> {
  const opening = openBrowser();
  const shop = await runShop(env, site).catch(async (error) => {
    await (await opening).close();
    throw error;
  });
  const browser = await opening;
  const contexts: BrowserContext[] = [];
  let stopped = false;
  const closeWindows = async () => {
    await Promise.all(contexts.splice(0).map((context) => context.close().catch(() => {})));
    // A test that failed while it was offline leaves no shop stopped for those after it.
    if (stopped) await shop.start();
    stopped = false;
  };
  return {
    get url() {
      return shop.url;
    },
    databaseUrl: shop.databaseUrl,
    home: shop.home,
    stop: shop.stop,
    start: shop.start,
    hang: shop.hang,
    goOn: shop.goOn,
    goOffline: async (context) => {
      await context.setOffline(true);
      await shop.stop();
      stopped = true;
    },
    goOnline: async (context) => {
      await shop.start();
      stopped = false;
      await context.setOffline(false);
    },
    browser,
    visit: async (options = {}) => {
      const context = await browser.newContext({
        baseURL: shop.url,
        serviceWorkers: 'block',
        ...phone,
        ...options,
      });
      // Allow for a busy machine.
      context.setDefaultTimeout(90_000);
      contexts.push(context);
      if (options.javaScriptEnabled !== false) context.on('page', waitForApp);
      const page = await context.newPage();
      const errors: string[] = [];
      page.on('pageerror', (error) => errors.push(`${error.name}: ${error.message}`));
      page.on('console', (message) => {
        // The browser logs every failed request as an error; reporting those is up to the page.
        if (message.type() === 'error' && !/Failed to load resource/.test(message.text()))
          errors.push(message.text());
      });
      return { context, page, errors };
    },
    closeWindows,
    close: async () => {
      stopped = false;
      await closeWindows();
      await browser.close();
      await shop.close();
    },
  };
}

/** The longest that a test waits for an app that it holds back itself, in milliseconds. */
const appTimeout = 15_000;

/** Pages are readable before the app has taken over; tests use the app, so loading a page ends when it is there. */
function waitForApp(page: Page): void {
  const isThere = () => {
    const shop = document.querySelector('couture-shop');
    return !shop || shop.hasAttribute('page');
  };
  const there = () => page.waitForFunction(isThere, undefined, { timeout: appTimeout }).catch(() => {});
  const [goto, reload] = [page.goto.bind(page), page.reload.bind(page)];
  page.goto = async (...asked) => {
    const response = await goto(...asked);
    await there();
    return response;
  };
  page.reload = async (...asked) => {
    const response = await reload(...asked);
    await there();
    return response;
  };
}

export function newHome(): string {
  return mkdtempSync(path.join(os.tmpdir(), 'couture-shop-'));
}

/** Runs a script of the package. */
export function run(
  [script = '', ...args]: readonly string[],
  { home, env }: { home: string; env: Record<string, string> },
): ChildProcess {
  return spawn(process.execPath, [path.join(packageRoot, script), ...args], {
    cwd: home,
    env: { ...process.env, COUTURE_HOME: home, NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Waits for the line with the server's address. */
export async function addressOf(child: ChildProcess): Promise<string> {
  const said: string[] = [];
  child.stderr!.on('data', (data) => said.push(String(data)));
  for await (const line of createInterface({ input: child.stdout! })) {
    said.push(line);
    const [, url] = /Serving at (http:\S+?);/.exec(line) ?? [];
    if (url) {
      // Nobody reads further output, so it must not fill the pipe.
      child.stdout!.resume();
      return url;
    }
  }
  throw new Error(`couture demo did not start:\n${said.slice(-20).join('\n')}`);
}
