// Why a connection cannot be opened, or would be to another server than psql's → the error with the remedy for it.
import { CoutureError, redactUrl } from './errors.ts';

interface Remedy {
  /** Matches the SQLSTATE or the socket's error code, and then the message. */
  readonly of: RegExp;
  readonly hint: string;
}

// biome-ignore format: one row per line
const remedies: readonly Remedy[] = [
  { of: /^53300|too many connections|remaining connection slots/, hint: 'A build needs five connections, and "couture serve" up to COUTURE_POOL_SIZE + 6. Close others, or raise max_connections, or that of the role: alter role NAME connection limit 20.' },
  { of: /password must be a string/, hint: 'The server asks for a password: put it into the URL, into PGPASSWORD, or into a password file (PGPASSFILE, default ~/.pgpass).' },
  { of: /^28P01|^28000 .*password|SASL/, hint: 'Check user and password. In a URL, write "@" in the password as %40, ":" as %3A, "/" as %2F and "#" as %23.' },
  { of: /^E\w+ .*, (?:open|read)\b/, hint: 'Check the path and the permissions of the file that sslrootcert, sslcert or sslkey names.' },
  { of: /no encryption|SSL off/, hint: 'The server accepts encrypted connections only: add ?sslmode=verify-full to the URL, with &sslrootcert=FILE if its certificate is from a CA of its own, or ?sslmode=no-verify to encrypt without checking the certificate.' },
  { of: /does not support SSL/, hint: 'The server has no TLS: remove sslmode from the URL, or turn on ssl in postgresql.conf.' },
  { of: /altnames|Hostname\/IP/i, hint: 'The certificate is for another name: use one of its names as the host in the URL, have the server’s certificate name this address, too, or encrypt without checking it: sslmode=no-verify.' },
  { of: /CERT|certificate/i, hint: 'sslmode=require checks the server’s certificate, like verify-full. Pass the CA that signed it with &sslrootcert=FILE (for Amazon RDS, its CA bundle), or encrypt without checking it: sslmode=no-verify.' },
  { of: /^28000/, hint: 'Check the user, and the lines for this address in pg_hba.conf.' },
  { of: /^3D000/, hint: 'Check the name of the database, the last part of the URL.' },
  { of: /^E\w+ .*[ ,]\S+,\S+$/, hint: 'couture connects to one server: write the host of the primary only, or of an address that follows it.' },
  { of: /^ENOTFOUND|^EAI_AGAIN/, hint: 'Check the host in the URL.' },
  { of: /^57014/, hint: 'A limit of this role or database ends even the first statement: alter role NAME reset statement_timeout, or set one of a second at least.' },
  { of: /^57P03/, hint: 'The server is starting, stopping or recovering: try again in a moment.' },
];

/** @param cause of the failure */
export function unreachable(url: string, cause: unknown): CoutureError {
  const { message = String(cause), code = '' } = (cause ?? {}) as { message?: string; code?: string };
  const remedy = remedies.find(({ of }) => of.test(`${code} ${message}`));
  return new CoutureError(
    'postgres_unreachable',
    `Postgres at ${redactUrl(url)} cannot be reached: ${message || code}`,
    remedy?.hint ??
      'Check the URL (host, port, user, password, database) and that the server accepts connections. When DATABASE_URL is unset, most commands use the embedded Postgres.',
    { cause },
  );
}

const ofService =
  'Write the host, user and database of the service into the URL: postgresql://USER@HOST:5432/DATABASE.';

/** Parameters that decide where psql connects to, and that pg passes over → what to write instead. */
const passedOver: Readonly<Record<string, string>> = {
  service: ofService,
  servicefile: ofService,
  hostaddr: 'Write the address as the host of the URL.',
  passfile: 'Set PGPASSFILE to the file, and leave passfile out of the URL.',
};

/**
 * Refuses a URL that pg would read in another way than psql, and connect to another server.
 * @param env of the process, in which PGSERVICE names a service for URLs without a host
 * @throws CoutureError `postgres_unreachable`
 */
export function requirePlainUrl(url: string, env: NodeJS.ProcessEnv = process.env): void {
  const given = URL.canParse(url) ? new URL(url) : undefined;
  if (!given) return;
  const refuse = (what: string, hint: string) => {
    throw new CoutureError(
      'postgres_unreachable',
      `Postgres at ${redactUrl(url)} cannot be reached: ${what} is not supported`,
      hint,
    );
  };
  for (const [name, hint] of Object.entries(passedOver))
    if (given.searchParams.has(name)) refuse(`the parameter ${name}`, hint);
  if (env.PGSERVICE && !env.PGHOST && !given.hostname && !given.searchParams.has('host'))
    refuse('PGSERVICE', ofService);
}
