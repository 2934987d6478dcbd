// Where the secret comes from that tokens are signed with: the setting, or for the embedded Postgres a file of its own.
import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Config } from '../core/options.ts';

/**
 * The shared secret, or undefined where nothing is set: then JWKS decide, or nobody can sign in. On the embedded
 * Postgres, which is nobody's real shop, a random one is made once and kept in `<home>/jwt-secret`.
 */
export function sharedSecret(
  config: Pick<Config, 'jwtSecret' | 'jwksUrl' | 'databaseUrl' | 'home'>,
): string | undefined {
  if (config.jwtSecret) return config.jwtSecret;
  if (config.jwksUrl || config.databaseUrl) return undefined;
  return homeSecret(config.home, 'jwt-secret');
}

/** The secret in a file of the home folder; a random one is made when it is first asked for. */
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

/** Two processes that start at once agree: a link is made by one of them. */
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
