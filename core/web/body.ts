import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { Busboy } from '@fastify/busboy';
import { FILE_LIMIT, type Receive } from '../files/arrive.ts';
import type { Form, Typed, Upload } from '../form/form.ts';
import { Stop } from './stop.ts';

/** Text of one whole form; a rich text comes with the pictures pasted into it, which leave it before anything else. */
const TEXT_LIMIT = 1_500_000;
const RICH_LIMIT = 12_000_000;

/**
 * Reads a form, while no database connection is held: a phone with a slow upload blocks nobody.
 * File names are UTF-8 and lose their path parts; every limit of the parser is set.
 * @param receive takes the files of `attachments` fields as they come; without it they are dropped.
 * @throws Stop when the body is cut, too large, or no form.
 */
export async function readBody(req: IncomingMessage, form: Form | undefined, receive?: Receive): Promise<Typed> {
  const type = req.headers['content-type'] ?? '';
  const length = Number(req.headers['content-length'] ?? 0);
  const uploads = Object.entries(form ?? {}).filter(([, field]) => field.kind === 'upload');
  const largest = Math.max(0, ...uploads.map(([, field]) => field.max ?? 0));
  if (!type) {
    if (length > 0) throw new Stop(415, 'Ce formulaire n’a pas de type. Rechargez la page puis recommencez.');
    return {};
  }
  if (!/^(multipart\/form-data|application\/x-www-form-urlencoded)\b/i.test(type))
    throw new Stop(415, 'Cette page attend un formulaire.');
  const kinds = Object.values(form ?? {}).map(({ kind }) => kind);
  const textLimit = kinds.includes('richText') ? RICH_LIMIT : TEXT_LIMIT;
  const joined = kinds.includes('attachments') ? JOINED * FILE_LIMIT : 0;
  if (length > textLimit + joined + largest * Math.max(1, uploads.length)) throw new Stop(413, tooBig(largest));
  return new Promise((resolve, reject) => {
    const typed: Typed = Object.create(null);
    const coming = new Set<Readable>();
    const received: Promise<void>[] = [];
    const tooMany = new Set<string>();
    let text = 0;
    let fields = 0;
    let parser: ReturnType<typeof makeParser>;
    const fail = (error: Error) => {
      req.unpipe(parser);
      req.resume();
      for (const stream of coming) stream.destroy(error);
      reject(error);
    };
    const add = (name: string, value: string) => {
      const before = typed[name];
      if (before === undefined) typed[name] = value;
      else if (Array.isArray(before)) before.push(value);
      else typed[name] = [before as string, value];
    };
    const join = (name: string, stream: Readable, fileName: string | undefined) => {
      if (!fileName || !receive) return stream.resume();
      if (received.length >= JOINED) {
        tooMany.add(name);
        return stream.resume();
      }
      coming.add(stream);
      received.push(
        receive(fileName, stream).then((told) => {
          coming.delete(stream);
          if ('token' in told) add(`${name}.kept`, told.token);
          else add(`${name}.refused`, told.refused);
          if ('failed' in told) typed[`${name}.failed`] = 'on';
        }),
      );
    };
    try {
      parser = makeParser(req, Math.max(largest, joined && FILE_LIMIT), textLimit, joined ? CHOSEN : 20);
    } catch {
      return reject(new Stop(400, 'Ce formulaire est arrivé abîmé. Rechargez la page puis recommencez.'));
    }
    parser.on('field', (name: string, value: string, _cutName: boolean, cut: boolean) => {
      // Why a file was not kept is ours to say.
      if (/\.(refused|failed)$/.test(name)) return;
      text += value.length;
      if (cut || text > textLimit)
        return fail(new Stop(413, `Ce texte est trop long : ${Math.floor(textLimit / 1_000_000)} Mo au plus.`));
      // Counted here too: the parser tells its own limit only at the next chunk.
      fields += 1;
      if (fields > FIELDS) return fail(new Stop(413, 'Ce formulaire a trop de champs.'));
      add(name, value);
    });
    parser.on('file', (name: string, stream: Readable & { truncated?: boolean }, fileName: string) => {
      // A file cut in the middle fails its own stream; nobody listening would end the process.
      stream.on('error', () => fail(new Stop(400, CUT)));
      if (form?.[name]?.kind === 'attachments') return join(name, stream, fileName);
      const chunks: Buffer[] = [];
      // A file under a name the form does not ask for is read to its end, never held.
      const asked = form?.[name]?.kind === 'upload';
      stream.on('data', (chunk: Buffer) => asked && chunks.push(chunk));
      stream.on('end', () => {
        if (stream.truncated) return fail(new Stop(413, tooBig(largest)));
        const kept: Upload = { name: baseName(fileName ?? ''), bytes: Buffer.concat(chunks) };
        typed[name] = kept;
      });
    });
    for (const limit of ['fieldsLimit', 'filesLimit', 'partsLimit'])
      parser.on(limit as 'finish', () => fail(new Stop(413, 'Ce formulaire a trop de champs.')));
    parser.on('error', () => fail(new Stop(400, CUT)));
    req.on('aborted', () => fail(new Stop(400, 'L’envoi a été interrompu.')));
    parser.on('finish', () => {
      for (const name of tooMany) add(`${name}.refused`, `Les fichiers après le ${JOINED}e n’ont pas été gardés.`);
      void Promise.all(received).then(() => resolve(typed), reject);
    });
    req.pipe(parser);
  });
}

/** Ticks of a whole school in one list, and more. */
const FIELDS = 20_000;
/** Files of one sending; a form says itself how many it keeps. */
const JOINED = 15;
/** A whole album chosen by mistake: those beyond are read to nothing, so that the text comes back with the reason. */
const CHOSEN = 1000;
const CUT = 'Ce formulaire est arrivé coupé. Vérifiez la connexion puis recommencez.';

const makeParser = (req: IncomingMessage, fileSize: number, fieldSize: number, files: number) =>
  new Busboy({
    headers: req.headers as { 'content-type': string },
    limits: {
      fieldNameSize: 200,
      fieldSize,
      fields: FIELDS + 1,
      fileSize,
      files,
      parts: 20_020,
      headerPairs: 100,
    },
  });

const tooBig = (bytes: number) =>
  bytes ? `Ce fichier est trop gros : ${Math.floor(bytes / 1_000_000)} Mo au plus.` : 'Cet envoi est trop gros.';

/** No request value becomes a path: only the last part of the name is kept, in one Unicode form. */
const baseName = (name: string) =>
  (name.split(/[/\\]/).pop() ?? '').replaceAll('\0', '').toWellFormed().normalize('NFC').slice(0, 250);
