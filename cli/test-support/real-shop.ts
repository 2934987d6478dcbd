// Serves the runtime next to a Django shop until SIGTERM. node … DATABASE, settings in the environment → "Serving at URL;"
import { loadConfig } from '../../runtime/core/config.ts';
import { openLog } from '../../runtime/core/log.ts';
import { startServer } from '../../runtime/server.ts';
import { fillDjangoShop } from './django-shop.ts';

const [databaseUrl = ''] = process.argv.slice(2);
await fillDjangoShop(databaseUrl);
const env = { ...process.env, DATABASE_URL: databaseUrl };
const { config } = loadConfig({ directory: process.cwd(), env, flags: { port: 0 } });
const server = await startServer({ config, databaseUrl, log: openLog('silent') });
process.once('SIGTERM', () => void server.close());
console.log(`Serving at ${server.url};`);
