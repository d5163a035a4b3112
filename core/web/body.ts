import type { IncomingMessage } from 'node:http';
import { Busboy } from '@fastify/busboy';
import type { Form, Typed, Upload } from '../form/form.ts';
import { Stop } from './stop.ts';

/** Text of one whole form: a rich text may weigh 1 MB, the rest is small. */
const TEXT_LIMIT = 1_500_000;

/**
 * Reads a form, while no database connection is held: a phone with a slow upload blocks nobody.
 * File names are UTF-8 and lose their path parts; every limit of the parser is set.
 * @throws Stop when the body is cut, too large, or no form.
 */
export async function readBody(req: IncomingMessage, form: Form | undefined): Promise<Typed> {
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
  if (length > TEXT_LIMIT + largest * Math.max(1, uploads.length)) throw new Stop(413, tooBig(largest));
  return new Promise((resolve, reject) => {
    const typed: Typed = Object.create(null);
    let text = 0;
    let fields = 0;
    let parser: ReturnType<typeof makeParser>;
    const fail = (error: Error) => {
      req.unpipe(parser);
      req.resume();
      reject(error);
    };
    try {
      parser = makeParser(req, largest);
    } catch {
      return reject(new Stop(400, 'Ce formulaire est arrivé abîmé. Rechargez la page puis recommencez.'));
    }
    parser.on('field', (name: string, value: string, _cutName: boolean, cut: boolean) => {
      text += value.length;
      if (cut || text > TEXT_LIMIT) return fail(new Stop(413, 'Ce texte est trop long : 1 Mo au plus.'));
      // Counted here too: the parser tells its own limit only at the next chunk.
      fields += 1;
      if (fields > FIELDS) return fail(new Stop(413, 'Ce formulaire a trop de champs.'));
      const before = typed[name];
      if (before === undefined) typed[name] = value;
      else if (Array.isArray(before)) before.push(value);
      else typed[name] = [before as string, value];
    });
    parser.on('file', (name: string, stream: NodeJS.ReadableStream & { truncated?: boolean }, fileName: string) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      // A file cut in the middle fails its own stream; nobody listening would end the process.
      stream.on('error', () => fail(new Stop(400, CUT)));
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
    parser.on('finish', () => resolve(typed));
    req.pipe(parser);
  });
}

/** Ticks of a whole school in one list, and more. */
const FIELDS = 20_000;
const CUT = 'Ce formulaire est arrivé coupé. Vérifiez la connexion puis recommencez.';

const makeParser = (req: IncomingMessage, fileSize: number) =>
  new Busboy({
    headers: req.headers as { 'content-type': string },
    limits: {
      fieldNameSize: 200,
      fieldSize: TEXT_LIMIT,
      fields: FIELDS + 1,
      fileSize,
      files: 20,
      parts: 20_020,
      headerPairs: 100,
    },
  });

const tooBig = (bytes: number) =>
  bytes ? `Ce fichier est trop gros : ${Math.floor(bytes / 1_000_000)} Mo au plus.` : 'Cet envoi est trop gros.';

/** No request value becomes a path: only the last part of the name is kept, in one Unicode form. */
const baseName = (name: string) =>
  (name.split(/[/\\]/).pop() ?? '').replaceAll('\0', '').toWellFormed().normalize('NFC').slice(0, 250);
