import {
  attachments,
  audit,
  hidden,
  type InputOf,
  invalid,
  missing,
  page,
  type Reply,
  redirect,
  text,
  type Visit,
} from '@preau/core';
import { DOCUMENTS, linksOf } from './contents.ts';
import { HOME, oneByOne } from './words.ts';

const SCREEN = `${HOME}/documents`;
const MOST = 30;
const LONGEST = 80;

/** Public files of the school, and links to other sites. */
export const documentsForm = {
  files: attachments('Documents à télécharger par tous', {
    optional: true,
    max: 20,
    hint: 'Le nom du fichier est ce que l’on lit. Aucun nom d’enfant dedans.',
  }),
};
export const linkForm = {
  title: text('Ce que dit le lien', { max: LONGEST }),
  address: text('Son adresse', { max: 500, hint: 'Elle commence par https://' }),
};
export const linkActForm = { id: hidden(), act: hidden(), title: hidden(), address: hidden({ max: 500 }) };

export async function showDocuments({ db, services }: Visit): Promise<Reply> {
  const links = await linksOf(db);
  const data = { links: links.map((one, at) => ({ ...one, up: at > 0, down: at < links.length - 1 })) };
  return page('etablissement-page/documents', data, undefined, {
    form: { files: await services.files.of(DOCUMENTS) },
  });
}

export async function saveDocuments(visit: Visit<InputOf<typeof documentsForm>>): Promise<Reply> {
  const { db, input, now, services } = visit;
  const kept = await services.files.keep(input.files, { about: DOCUMENTS });
  await audit(db, now, visit, 'Page établissement : documents', kept.map(({ name }) => name).join(', ') || 'aucun');
  return redirect(SCREEN, 'Les documents de la page sont enregistrés.');
}

export async function addLink(visit: Visit<InputOf<typeof linkForm>>): Promise<Reply> {
  const { db, input } = visit;
  const address = safeAddress(input.address);
  if (!address) return invalid({ address: 'Cette adresse n’est pas complète. Elle commence par https://' });
  await oneByOne(visit);
  const links = await linksOf(db);
  if (links.length >= MOST) return invalid({ title: `Gardez ${MOST} liens au plus.` });
  if (links.some((one) => one.address === address)) return invalid({ address: 'Ce lien est déjà là.' });
  await db('etablissement_page_links').insert({
    title: input.title,
    address,
    position: (links.at(-1)?.position ?? -1) + 1,
  });
  return redirect(SCREEN, `« ${input.title} » est parmi les liens.`);
}

/** Only https, and nobody’s name and password in it. */
function safeAddress(typed: string): string | null {
  const url = URL.parse(typed);
  return url?.protocol === 'https:' && url.hostname.includes('.') && !url.username && !url.password ? url.href : null;
}

/** Moves a link, takes it away, or puts it back. */
export async function changeLink(visit: Visit<InputOf<typeof linkActForm>>): Promise<Reply> {
  const { db, input } = visit;
  await oneByOne(visit);
  const links = await linksOf(db);
  if (input.act === 'remettre') return input.title && input.title.length <= LONGEST ? addLink(visit) : missing();
  const at = links.findIndex(({ id }) => id === input.id);
  const [one] = at < 0 ? [] : links.splice(at, 1);
  if (!one) return missing();
  if (input.act === 'retirer') {
    await db('etablissement_page_links').where({ id: one.id }).delete();
    const values = { id: '', act: 'remettre', title: one.title, address: one.address };
    return redirect(SCREEN, { text: `« ${one.title} » est retiré.`, undo: { to: `${SCREEN}/lien`, values } });
  }
  if (input.act !== 'monter' && input.act !== 'descendre') return missing();
  links.splice(Math.max(0, input.act === 'monter' ? at - 1 : at + 1), 0, one);
  for (const [position, { id }] of links.entries())
    await db('etablissement_page_links').where({ id }).update({ position });
  return redirect(`${SCREEN}#liens`);
}
