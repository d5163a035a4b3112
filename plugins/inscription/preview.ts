import { invalid, type Reply, redirect, type Visit } from '@preau/core';
import { check, choicesOf, type RequestInput } from './request-form.ts';
import { firstForm, publicPage, readForm, shownForm } from './school-form.ts';

const PATH = '/gestion/inscription/formulaire/apercu';
const formOf = async ({ db, services }: Pick<Visit, 'db' | 'services'>) =>
  (await readForm(db)) ?? firstForm(services.people.year);

/** The form as a family sees it, in its own clothes; it can be tried, nothing leaves. */
export async function showPreview(visit: Visit): Promise<Reply> {
  const form = await formOf(visit);
  const data = { ...shownForm(form), ...choicesOf(form, visit.input) };
  return { ...publicPage('inscription/apercu', data, { form: { once: '' } }), layout: 'public' };
}

export async function tryPreview(visit: Visit<RequestInput>): Promise<Reply> {
  const checked = check(await formOf(visit), visit.input, visit);
  if ('errors' in checked) return invalid(checked.errors);
  return redirect(PATH, 'La demande serait envoyée. Ceci est un aperçu : rien n’est gardé, rien n’est parti.');
}
