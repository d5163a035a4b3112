import { z } from 'zod';
import type { Field } from '../form/form.ts';
import { post, type Reply, type Visit } from '../plugin/contract.ts';
import type { Arrival } from './files-types.ts';
import { kindInWords } from './kinds.ts';
import { sizeInWords } from './names.ts';

/** One file of an `attachments` field, sent ahead of its form; what the field's script shows beside it. */
interface Arriving {
  arrived: Arrival[];
  tokens: string[];
  refused: string[];
  /** The server could not keep it: the same file may go through later. */
  failed: boolean;
}

const file: Field<Arriving> = { kind: 'attachments', label: 'Fichier', schema: z.custom<Arriving>() };

/**
 * `/{rne}/fichiers/arrivee`: takes one file before its form is sent, so that its progress shows and only what failed is
 * sent again. Nothing is joined to anything yet: the form brings the token, and the night takes what no form brought.
 */
export const arrivalRoute = post('public', '/arrivee', 'signed-in', { file }, arrive, { back: '/:id', outside: true });

function arrive({ input }: Visit<{ file: Arriving }>): Reply {
  const { arrived, tokens, refused, failed } = input.file;
  const [one] = arrived;
  if (!one) return told({ refused: refused.join(' ') || 'Choisissez un fichier.' }, failed ? 507 : 422);
  const { name, type, size, remark } = one;
  return told({ token: tokens[0], name, words: `${kindInWords(type)}, ${sizeInWords(size)}`, remark }, 200);
}

const told = (body: object, status: number): Reply => ({
  reply: 'file',
  name: 'arrivee.json',
  type: 'application/json',
  body: JSON.stringify(body),
  status,
});
