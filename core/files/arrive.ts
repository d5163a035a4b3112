import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { House } from '../container.ts';
import type { OpenArrivals } from '../form/form.ts';
import type { Account, School } from '../plugin/contract.ts';
import type { Arrival } from './files-types.ts';
import { isHeic, type Kind, kindOf } from './kinds.ts';
import { measured, written } from './meter.ts';
import { fileName, shownName } from './names.ts';
import { look, redraw } from './picture.ts';
import { pdfReader } from './reader.ts';
import { Refusal } from './refusal.ts';
import { DAMAGED, LOCKED, UNCONVERTED } from './remarks.ts';
import { admit } from './room.ts';

/** One file, wherever it came from. */
export const FILE_LIMIT = 20_000_000;
/** Less than the day after which the sweep takes away what no row knows. */
const WAITS_HOURS = 20;

/** Takes a file in while it comes: its token, or why it is not kept. Never fails. */
export type Receive = (
  name: string,
  stream: Readable & { truncated?: boolean },
) => Promise<{ token: string } | Refused>;

/** @property failed the fault is ours: the same file may go through later. */
export interface Refused {
  refused: string;
  failed?: true;
}

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
        await admit(house, school, account);
        const arrival = await takeIn(house, school, name, stream);
        const text = Buffer.from(JSON.stringify({ ...arrival, at: house.clock().getTime() })).toString('base64url');
        return { token: `${text}.${mark(text)}` };
      } catch (error) {
        // What is left of it is read all the same, so that the rest of the form arrives.
        stream.resume();
        if (!stream.errored && !(error instanceof Refusal)) house.log.error({ err: error }, 'file not stored');
        if (error instanceof Refusal) return { refused: error.message };
        return {
          failed: true,
          refused: `« ${shownName(name)} » n’a pas pu être gardé : la place manque sur le serveur, ou il est en panne. Recommencez plus tard.`,
        };
      }
    },
    open(tokens) {
      const arrived = new Map<string, Arrival & { at: number }>();
      const refused: string[] = [];
      for (const token of tokens) {
        const [text = '', signature] = token.split('.');
        const told = signature === mark(text) ? waiting(token) : null;
        if (!told || house.clock().getTime() - told.at > WAITS_HOURS * 3_600_000)
          refused.push('Un fichier a attendu trop longtemps : choisissez-le de nouveau.');
        else arrived.set(told.key, told);
      }
      return {
        arrived: [...arrived.values()].map(({ at: _, ...arrival }) => arrival),
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
    const told = await read(house, kind, came, drawn, name);
    const { size, sha256 } = kind.picture ? await measured(createReadStream(drawn)) : first;
    const key = `${school.id}/${id}`;
    await house.store.settle(kind.picture ? drawn : came, key);
    return { key, name, type: kind.type, size, sha256, ...told };
  } finally {
    await Promise.all([came, drawn].map((one) => rm(one, { force: true })));
  }
}

/** What its content tells at once, while whoever sent it is there to hear it. */
async function read(
  house: House,
  { type, picture }: Kind,
  came: string,
  drawn: string,
  name: string,
): Promise<Pick<Arrival, 'pages' | 'remark'>> {
  if (picture) return { pages: 1, remark: await redraw(came, drawn, type, name) };
  if (type === 'image/gif') return { pages: 1, remark: await look(came, name) };
  if (isHeic(type)) return { pages: 1, remark: UNCONVERTED };
  if (type !== 'application/pdf') return { pages: null, remark: null };
  // A reader that breaks down says nothing of the file: it is kept, unread.
  const told = await pdfReader
    .ask({ work: 'pages' }, () => readFile(came))
    .catch((error) => house.log.warn({ err: error }, 'PDF not read'));
  // Never refused: one reader's word is no proof, and a school may hold one that opens it.
  if (told?.state === 'damaged') return { pages: null, remark: DAMAGED };
  if (told?.state === 'locked') return { pages: null, remark: LOCKED };
  return { pages: told?.state === 'open' ? told.pages : null, remark: null };
}
