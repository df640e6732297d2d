// Asks whichsetd which datasets images are in, with node-redis.
// usage: node ask.mjs SOCKET IDENTIFIER...
import { createRequire } from 'node:module';

// Also finds the package of Debian, in NODE_PATH.
const { createClient } = createRequire(import.meta.url)('redis');
const [path, ...identifiers] = process.argv.slice(2);
const client = createClient({ socket: { path } });
client.on('error', () => {});
await client.connect();
try {
  const answers = await client.mGet(identifiers);
  identifiers.forEach((identifier, place) => {
    console.log(`${identifier}: ${answers[place]?.split(',').join(', ') ?? 'in no dataset'}`);
  });
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
await client.quit();
