import { pino } from 'pino';
import { openHouse } from '../house.ts';
import { houseConfig, testFolders } from './houses.ts';

/** A house in a process of its own, over the database of a test house; see `spawnHouse`. */
const { database, secret, port } = JSON.parse(process.env.PREAU_SPAWNED ?? '{}');
process.once('disconnect', () => process.exit());
const open = await openHouse({
  config: houseConfig({ PORT: String(port) }),
  database,
  secret: Buffer.from(secret, 'hex'),
  folders: testFolders(),
  log: pino({ level: 'silent' }),
});
await open.listen(port);
process.send?.('open');
