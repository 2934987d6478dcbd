// The secret that signs tokens: from the configuration, or, for the embedded Postgres, from a file in the home folder.
import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Config } from '../core/options.ts';

/**
 * The shared secret, or undefined if none is configured: then tokens are verified by JWKS, or nobody can sign in. With the
 * embedded Postgres, which never holds a real shop, a random secret is generated once and kept in `<home>/jwt-secret`.
 */
export function sharedSecret(
  config: Pick<Config, 'jwtSecret' | 'jwksUrl' | 'databaseUrl' | 'home'>,
): string | undefined {
  if (config.jwtSecret) return config.jwtSecret;
  if (config.jwksUrl || config.databaseUrl) return undefined;
  return homeSecret(config.home, 'jwt-secret');
}

/** The secret in a file of the home folder; a random one is generated on first use. */
export function homeSecret(home: string, name: string): string {
  const file = path.join(home, name);
  return readSecret(file) ?? makeSecret(file);
}

function readSecret(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim() || undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Processes that start concurrently agree on the secret, since only one of them can create the link. */
function makeSecret(file: string): string {
  mkdirSync(path.dirname(file), { recursive: true });
  const own = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  writeFileSync(own, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600 });
  try {
    linkSync(own, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(own, { force: true });
  }
  return readFileSync(file, 'utf8').trim();
}
