// Vendure from npm: installed once per machine, its tables made by TypeORM, filled by its own services, served by itself.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { installOnce } from '../../../fixtures/install-once.ts';
import { packageRoot } from '../../../sql/package-root.ts';
import { platformCache, runProgram, type ServedShop, serveProgram } from './installed-shop.ts';

const packages = ['@vendure/core@~3.7', 'pg@8'];

/**
 * Returns the folder in which Vendure is installed.
 * @throws Error if npm or the registry is absent
 */
export async function installVendure(): Promise<string> {
  await mkdir(platformCache, { recursive: true });
  return installOnce(path.join(platformCache, 'vendure-3.7'), async (partial) => {
    const flags = ['--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--fetch-retries=1'];
    await runProgram({
      command: ['npm', 'install', '--prefix', partial, ...flags, ...packages],
      cwd: partial,
    });
  });
}

export interface VendureShop {
  /** Creates Vendure's tables and fills them from the schema `planted`. */
  fill(): Promise<void>;
  serve(): Promise<ServedShop>;
}

/** @param env besides the database's */
export function vendureShop(
  folder: string,
  databaseUrl: string,
  env: Readonly<Record<string, string>>,
): VendureShop {
  const { hostname, port, username, password, pathname, searchParams } = new URL(databaseUrl);
  const database = {
    host: searchParams.get('host') ?? hostname,
    port: Number(port),
    username: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database: decodeURIComponent(pathname.slice(1)),
  };
  const scripts = path.join(packageRoot, 'fixtures', 'installations', 'vendure');
  const run = (script: string, ...args: string[]) => ({
    command: [process.execPath, path.join(scripts, script), ...args] as const,
    cwd: folder,
    env: { SHOP_DATABASE: JSON.stringify(database), ...env },
  });
  return {
    fill: async () => void (await runProgram(run('fill.js'))),
    serve: () => serveProgram(run('serve.js', '0')),
  };
}
