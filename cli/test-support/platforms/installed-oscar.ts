// django-oscar from PyPI: installed once per machine, migrated and filled by its own models, served by Django.
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { installOnce } from '../../../fixtures/install-once.ts';
import { packageRoot } from '../../../sql/package-root.ts';
import { platformCache, runProgram, type ServedShop, serveProgram } from './installed-shop.ts';

const packages = ['django-oscar[sorl-thumbnail]~=4.2', 'django~=5.2', 'psycopg[binary]~=3.2'];

/**
 * Returns a Python with django-oscar.
 * @throws Error if python3, its module venv or the registry is absent
 */
export async function installOscar(): Promise<string> {
  await mkdir(platformCache, { recursive: true });
  const folder = await installOnce(path.join(platformCache, 'oscar-4.2'), async (partial) => {
    await runProgram({ command: ['python3', '-m', 'venv', partial], cwd: partial });
    const flags = ['--quiet', '--disable-pip-version-check', '--retries', '1', '--timeout', '15'];
    const python = path.join(partial, 'bin', 'python');
    await runProgram({ command: [python, '-m', 'pip', 'install', ...flags, ...packages], cwd: partial });
  });
  return path.join(folder, 'bin', 'python');
}

export interface OscarShop {
  /** Creates Oscar's tables by its migrations. */
  migrate(): Promise<void>;
  /** Fills them from the schema `planted`. */
  fill(): Promise<void>;
  /** @param port 0: a free one */
  serve(port: number, env?: Readonly<Record<string, string>>): Promise<ServedShop>;
  remove(): Promise<void>;
}

/** A project folder with settings, URLs, templates and couture's bridge. */
export async function oscarShop(python: string, databaseUrl: string): Promise<OscarShop> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'couture-oscar-'));
  const from = path.join(packageRoot, 'fixtures');
  await cp(path.join(from, 'installations', 'oscar'), folder, { recursive: true });
  await cp(path.join(from, 'bridges', 'django'), path.join(folder, 'bridge'), { recursive: true });
  const { hostname, port, username, password, pathname, searchParams } = new URL(databaseUrl);
  const database = {
    HOST: searchParams.get('host') ?? hostname,
    PORT: port,
    USER: decodeURIComponent(username),
    PASSWORD: decodeURIComponent(password),
    NAME: decodeURIComponent(pathname.slice(1)),
  };
  const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}) => ({
    command: [python, '-B', '-W', 'ignore', ...args] as const,
    cwd: folder,
    env: { DJANGO_SETTINGS_MODULE: 'settings', SHOP_DATABASE: JSON.stringify(database), ...env },
  });
  return {
    migrate: async () => void (await runProgram(run(['-m', 'django', 'migrate', '--verbosity', '0']))),
    fill: async () => void (await runProgram(run(['fill.py']))),
    serve: (wanted, env) => serveProgram(run(['serve.py', String(wanted)], env)),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
