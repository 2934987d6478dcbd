// Postgres URLs → JDBC URLs. The password goes to a separate file: never to a command line, the text of a statement,
// or Spark's pages and logs.

export interface JdbcTarget {
  readonly url: string;
  readonly user: string;
  /** A line of a .pgpass file, which the driver reads itself. */
  readonly passwordLine: string;
}

/** `postgresql://user:password@host:port/database?…` → URL, user and password line for the JDBC driver. */
export function jdbcTarget(postgresUrl: string): JdbcTarget {
  const url = new URL(postgresUrl);
  const [host, port] = [url.hostname || 'localhost', url.port || '5432'];
  const database = decodeURIComponent(url.pathname.slice(1));
  const user = decodeURIComponent(url.username);
  const password = url.searchParams.get('password') ?? decodeURIComponent(url.password);
  url.searchParams.delete('password');
  url.searchParams.set('ApplicationName', 'couture build on spark');
  return {
    url: `jdbc:postgresql://${host}:${port}/${encodeURIComponent(database)}?${url.searchParams}`,
    user,
    passwordLine: [host.replace(/^\[|\]$/g, ''), port, database, user, password].map(escaped).join(':'),
  };
}

/** Options of Spark's JDBC source for this target, as SQL. */
export function jdbcOptions({ url, user }: JdbcTarget): string {
  return `driver 'org.postgresql.Driver', url '${quoted(url)}', user '${quoted(user)}'`;
}

function escaped(field: string): string {
  return field.replace(/[\\:]/g, (each) => `\\${each}`);
}

function quoted(text: string): string {
  return text.replace(/[\\']/g, (each) => `\\${each}`);
}
