import { choice, date, type InputOf, text, tick } from '../form/form.ts';
import { get, invalid, missing, page, post, type Reply, redirect, type Visit } from '../plugin/contract.ts';
import { done, GUARDIAN_CARD, guardianHome, newCause, pupilHome } from './card.ts';
import { LINK_TYPES, typeInWords } from './choices.ts';
import { auditLink, type Link, linkOf, wordsOf } from './link-rows.ts';
import { today } from './list-words.ts';
import { nameOf } from './rows.ts';

const link = {
  type: choice('Lien avec l’enfant', LINK_TYPES),
  authority: choice(
    'Autorité parentale',
    { inconnu: 'Inconnue', oui: 'Oui', non: 'Non' },
    { hint: 'Ni ONDE ni Préau ne la devinent : notez-la quand vous la savez.' },
  ),
  access: tick('Accès à l’Espace Parents pour cet enfant'),
  receives: tick('Reçoit les informations qui concernent cet enfant'),
};
const restriction = {
  day: date('Date de la décision'),
  reason: text('Motif', { max: 300, hint: 'Par exemple : ordonnance du juge aux affaires familiales.' }),
  by: text('Décidé par', { max: 120, hint: 'Qui, à l’école ou ailleurs, en a décidé.' }),
};
const path = '/eleves/:pupil/responsables/:guardianId';

/** What a guardian is to a pupil, and what he may see (DESIGN section 17). A restricted link concerns nobody. */
export const linkRoutes = [
  get('admin', `${path}/lien`, GUARDIAN_CARD.write, show),
  post('admin', `${path}/lien`, GUARDIAN_CARD.write, link, save, { version }),
  get('admin', `${path}/restreindre`, GUARDIAN_CARD.write, askRestriction),
  post('admin', `${path}/restreindre`, GUARDIAN_CARD.write, restriction, restrict, { version }),
  post('admin', `${path}/lever`, GUARDIAN_CARD.write, lift),
  post('admin', `${path}/detacher`, GUARDIAN_CARD.write, detach),
];

async function version({ db, params }: Visit, hold: boolean): Promise<number | null> {
  const query = db('guardian_links').where({ guardian_id: params.guardianId, pupil_id: params.pupil });
  const row = await (hold ? query.forUpdate() : query).first('version');
  return row?.version ?? null;
}

/** Where one comes from: the guardian's card with `?de=responsable`, else the pupil's. */
const backOf = (visit: Visit, found: Link): string =>
  visit.query.get('de') === 'responsable' ? guardianHome(found.guardianId) : pupilHome(found.pupilId);

const facts = (visit: Visit, found: Link) => ({
  ...wordsOf(found),
  pupilName: nameOf(found.pupil),
  guardianName: nameOf(found.guardian),
  type: typeInWords(found.type),
  restrictedOn: found.restrictedOn,
  restrictedReason: found.restrictedReason,
  restrictedBy: found.restrictedBy,
  home: backOf(visit, found),
  path: `${pupilHome(found.pupilId)}/responsables/${found.guardianId}`,
});

async function show(visit: Visit): Promise<Reply> {
  const found = await linkOf(visit);
  if (!found) return missing();
  const { type, authority, access, receives } = found;
  return page('admin/lien', facts(visit, found), undefined, {
    form: { type, authority, access: access ? 'on' : '', receives: receives ? 'on' : '' },
  });
}

async function save(visit: Visit<InputOf<typeof link>>): Promise<Reply> {
  const found = await linkOf(visit);
  if (!found) return missing();
  const { guardianId, pupilId } = found;
  await visit.services.register.changeLinks([{ guardianId, pupilId, fields: visit.input }]);
  await auditLink(visit, 'Lien de responsable modifié', found);
  const { guardian, pupil } = wordsOf(found);
  return redirect(pupilHome(found.pupilId), `Le lien de ${guardian} avec ${pupil} est enregistré.`);
}

async function askRestriction(visit: Visit): Promise<Reply> {
  const found = await linkOf(visit);
  if (!found) return missing();
  if (found.restrictedOn) return redirect(`${pupilHome(found.pupilId)}/responsables/${found.guardianId}/lien`);
  return page('admin/restreindre', facts(visit, found), undefined, { form: { day: today(visit) } });
}

async function restrict(visit: Visit<InputOf<typeof restriction>>): Promise<Reply> {
  const { day, reason, by } = visit.input;
  const found = await linkOf(visit);
  if (!found) return missing();
  if (day > today(visit))
    return invalid({
      day: 'La restriction ferme tout de suite : écrivez la date de la décision, au plus tard aujourd’hui.',
    });
  const { guardianId, pupilId } = found;
  const fields = { restrictedOn: day, restrictedReason: reason, restrictedBy: by };
  await visit.services.register.changeLinks([{ guardianId, pupilId, fields }]);
  await auditLink(visit, 'Lien de responsable restreint', found);
  const { guardian, pupil } = wordsOf(found);
  return redirect(pupilHome(pupilId), `C’est fermé : ${guardian} ne voit et ne reçoit plus rien de ${pupil}.`);
}

async function lift(visit: Visit): Promise<Reply> {
  const found = await linkOf(visit);
  if (!found) return missing();
  const { guardianId, pupilId } = found;
  const fields = { restrictedOn: null, restrictedReason: null, restrictedBy: null };
  await visit.services.register.changeLinks([{ guardianId, pupilId, fields }]);
  await auditLink(visit, 'Restriction levée', found);
  const { guardian, pupil } = wordsOf(found);
  return redirect(pupilHome(pupilId), `La restriction est levée : le lien de ${guardian} avec ${pupil} est rouvert.`);
}

async function detach(visit: Visit): Promise<Reply> {
  const found = await linkOf(visit);
  if (!found) return missing();
  const { guardianId, pupilId } = found;
  const { guardian, pupil } = wordsOf(found);
  // Gone, the link would come back open with the next import; restricted, it stays shut.
  if (found.restrictedOn)
    return redirect(
      pupilHome(found.pupilId),
      `Rien n’est changé : ce lien est restreint. Détaché, il reviendrait ouvert au prochain import ; restreint, il reste fermé.`,
    );
  const cause = newCause();
  await visit.services.register.of({ cause }).unlink([{ guardianId, pupilId }]);
  await auditLink(visit, 'Responsable détaché', found);
  return done(
    pupilHome(pupilId),
    `${guardian} n’est plus rattaché à ${pupil}. Sa fiche est gardée.`,
    cause,
    '/responsables/annuler',
  );
}
