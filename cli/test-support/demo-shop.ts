// Serves what `couture demo` serves in its last step, from a test database, until SIGTERM; the command itself always uses the
// single database of its home. node … DATABASE PORT [SITE] → "Serving at URL;"
import { loadConfig } from '../../runtime/core/config.ts';
import { openLog } from '../../runtime/core/log.ts';
import { startServer } from '../../runtime/server.ts';

const [databaseUrl = '', port = '0', site] = process.argv.slice(2);
const { DATABASE_URL: _, ...env } = process.env;
const { config } = loadConfig({ directory: process.cwd(), env, flags: { port } });
const server = await startServer({ config, databaseUrl, log: openLog(config.logLevel), demo: true, site });
process.once('SIGTERM', () => void server.close());
console.log(`Serving at ${server.url};`);
