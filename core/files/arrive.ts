import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { House } from '../container.ts';
import type { OpenArrivals } from '../form/form.ts';
import type { Account, School } from '../plugin/contract.ts';
import type { Arrival } from './files-types.ts';
import { kindOf } from './kinds.ts';
import { fileName, shownName } from './names.ts';
import { redraw } from './picture.ts';
import { Refusal } from './refusal.ts';

/** One file, wherever it came from. */
export const FILE_LIMIT = 20_000_000;
/** Less than the day after which the sweep takes away what no row knows. */
const WAITS_HOURS = 20;

/** Takes a file in while it comes: its token, or why it is not kept. Never fails. */
export type Receive = (
  name: string,
  stream: Readable & { truncated?: boolean },
) => Promise<{ token: string } | { refused: string }>;

/** What a visit may do with files before any connection is held (DESIGN section 9, step 5). */
export interface Arrivals {
  receive: Receive;
  open: OpenArrivals;
}

/** The tokens are this account's in this school: another's open nothing. */
export function arrivalsOf(house: House, school: School, account: Account | null): Arrivals {
  const owner = `${school.id} ${account?.id ?? ''}`;
  const mark = (text: string) => house.secrets.hmac('arrival', `${owner} ${text}`).toString('base64url');
  return {
    async receive(name, stream) {
      try {
        const arrival = await takeIn(house, school, name, stream);
        const text = Buffer.from(JSON.stringify({ ...arrival, at: house.clock().getTime() })).toString('base64url');
        return { token: `${text}.${mark(text)}` };
      } catch (error) {
        // What is left of it is read all the same, so that the rest of the form arrives.
        stream.resume();
        if (!stream.errored && !(error instanceof Refusal)) house.log.error({ err: error }, 'file not stored');
        if (error instanceof Refusal) return { refused: error.message };
        return {
          refused: `« ${shownName(name)} » n’a pas pu être gardé : la place manque sur le serveur, ou il est en panne. Recommencez plus tard.`,
        };
      }
    },
    open(tokens) {
      const arrived = new Map<string, Arrival>();
      const refused: string[] = [];
      for (const token of tokens) {
        const [text = '', signature] = token.split('.');
        const told = signature === mark(text) ? waiting(token) : null;
        if (!told || house.clock().getTime() - told.at > WAITS_HOURS * 3_600_000)
          refused.push('Un fichier a attendu trop longtemps : choisissez-le de nouveau.');
        else arrived.set(told.key, told);
      }
      return {
        arrived: [...arrived.values()].map(({ key, name, type, size, sha256 }) => ({ key, name, type, size, sha256 })),
        refused: [...new Set(refused)],
      };
    },
  };
}

/** What a token says of itself, to be shown; only `open` knows whether it is true. */
export function waiting(token: string): (Arrival & { at: number }) | null {
  try {
    const told = JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString());
    return typeof told?.name === 'string' && typeof told.size === 'number' ? told : null;
  } catch {
    return null;
  }
}

async function takeIn(
  house: House,
  school: School,
  sent: string,
  stream: Readable & { truncated?: boolean },
): Promise<Arrival> {
  const id = randomUUID();
  const came = await house.store.arrival(id);
  const drawn = await house.store.arrival(`${id}-2`);
  try {
    const first = await written(stream, came);
    const shown = shownName(sent);
    if (stream.truncated || first.size > FILE_LIMIT)
      throw new Refusal(`« ${shown} » est trop gros : ${FILE_LIMIT / 1_000_000} Mo au plus.`);
    if (first.size === 0)
      throw new Refusal(`« ${shown} » est vide. Ouvrez-le pour vérifier, puis choisissez-le de nouveau.`);
    const kind = await kindOf(came, shown);
    const name = fileName(sent, kind.extensions);
    if (kind.picture) await redraw(came, drawn, kind.type, name);
    const { size, sha256 } = kind.picture ? await measured(createReadStream(drawn)) : first;
    const key = `${school.id}/${id}`;
    await house.store.settle(kind.picture ? drawn : came, key);
    return { key, name, type: kind.type, size, sha256 };
  } finally {
    await Promise.all([came, drawn].map((one) => rm(one, { force: true })));
  }
}

async function written(stream: Readable, to: string): Promise<{ size: number; sha256: string }> {
  const meter = metering();
  await pipeline(stream.iterator({ destroyOnReturn: false }), meter.pass, createWriteStream(to, { mode: 0o600 }));
  return meter.told();
}

async function measured(stream: Readable): Promise<{ size: number; sha256: string }> {
  const meter = metering();
  await pipeline(stream, meter.pass, async (chunks) => {
    for await (const _ of chunks);
  });
  return meter.told();
}

function metering() {
  const hash = createHash('sha256');
  let size = 0;
  return {
    async *pass(chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        hash.update(chunk);
        size += chunk.length;
        yield chunk;
      }
    },
    told: () => ({ size, sha256: hash.digest('hex') }),
  };
}
