import type { Work } from '@preau/core';
import { childOf, type EnrolRequest, newLink } from './requests.ts';
import { followPath } from './words.ts';

interface Words {
  title: string;
  subject: string;
  text: string;
  /** Said before the link. */
  link?: string;
  /** Can be called off for a minute. */
  recall?: boolean;
}

/**
 * Writes to the family, with a link of its own. It leaves at once, evening or week-end: the family asked, and waits for
 * it; quiet hours protect from what nobody asked for. @returns the sending.
 */
export async function write(work: Work, request: EnrolRequest, words: Words): Promise<string> {
  const { services, school } = work;
  const address = services.visitors.address(followPath(await newLink(work, request.id, true)));
  const [first] = request.guardians;
  const text = `Bonjour,

${words.text}

${words.link ?? 'Suivre la demande, la compléter ou la retirer :'}
${address}

Ce lien n’est que pour vous : qui l’a peut lire la demande.

${school.name}
${[school.phone, school.email].filter(Boolean).join(', ')}
`;
  const { id } = await services.outbox.send({
    title: words.title,
    purpose: 'inscription.request',
    recall: words.recall ?? false,
    letters: [
      {
        to: { name: `${first?.firstName} ${first?.lastName}`, address: first?.email ?? request.email },
        subject: words.subject,
        text,
      },
    ],
  });
  return id;
}

/** Proves the address: the request counts once this link has been used. */
export const writeProof = (work: Work, request: EnrolRequest): Promise<string> =>
  write(work, request, {
    title: 'Inscription : adresse à confirmer',
    subject: `Confirmez votre demande d’inscription, ${work.school.name}`,
    text: `Une demande d’inscription pour ${childOf(request)} vient d’être remplie avec votre adresse.
L’école la lira quand vous l’aurez confirmée. Vous avez sept jours.

Ce n’est pas vous ? Ne faites rien : elle s’effacera d’elle-même. Le lien permet aussi de la retirer tout de suite.`,
    link: 'Confirmer la demande, puis la suivre :',
  });
