import type { House } from '../container.ts';
import { hidden, longText, text } from '../form/form.ts';
import { invalid, type Reply, redirect, type Visit } from '../plugin/contract.ts';
import { counted } from '../table/problem.ts';
import { helperOf, ownContacts } from './helper.ts';
import { type Joined, joined, namelessPath } from './joined.ts';

/** What the messages of this form are for, in the journal of sendings; the checklist knows them by it. */
export const PURPOSE = 'assistance.request';

export const requestForm = {
  wanted: longText('Ce que vous vouliez faire', {
    max: 1000,
    hint: 'Par exemple : déposer un document, ouvrir une information.',
  }),
  happened: longText('Ce qui s’est passé', {
    max: 3000,
    hint: 'Le message affiché, ou ce qui manque. N’écrivez jamais de mot de passe ici.',
  }),
  phone: text('Votre téléphone', { max: 30, optional: true, autocomplete: 'tel', attributes: { inputmode: 'tel' } }),
  screen: hidden(),
};

export interface Request {
  wanted: string;
  happened: string;
  phone: string | null;
  screen: string;
}

/** Sends the message to who helps, answers going to its writer, and the writer a copy (F18-5). */
export async function send(house: House, visit: Visit<Request>): Promise<Reply> {
  const { db, input, school, account, person, services } = visit;
  const helper = helperOf(house, visit);
  if (!account || !person || !helper.email) return redirect('/assistance/');
  const { email } = await ownContacts(db, person.id);
  const phone = input.phone && /(\d\D*){9,}/.test(input.phone) ? input.phone : null;
  if (input.phone && !phone)
    return invalid({ phone: 'Écrivez un numéro de téléphone entier, par exemple 06 00 00 00 00.' });
  if (!email && !phone)
    return invalid({ phone: 'Préau ne connaît pas votre adresse e-mail : donnez un numéro où vous rappeler.' });
  const left = await house.limits.take('help', account.id);
  if (!left.ok)
    return invalid({
      happened: `Cinq messages sont déjà partis. Attendez ${counted(left.minutes, 'minute')}${helper.phone ? `, ou appelez le ${helper.phone}` : ''}.`,
    });
  const name = `${person.firstName} ${person.lastName}`;
  const body = bodyOf(name, input, { email, phone }, joined(house, visit, namelessPath(input.screen)));
  const copy = `Voici la copie de votre message à ${helper.name}. La réponse viendra à cette adresse.\n\n${body}`;
  await services.outbox.send({
    title: `Message à l’assistance, de ${name}`,
    purpose: PURPOSE,
    letters: [
      {
        to: { name: helper.name, address: helper.email },
        subject: `Assistance : ${name}, ${school.name}`,
        text: body,
        replyTo: email,
      },
      ...(email
        ? [
            {
              to: { name, address: email, personId: person.id },
              subject: 'Copie de votre message à l’assistance',
              text: copy,
              replyTo: helper.email,
            },
          ]
        : []),
    ],
  });
  const back = account.mode === 'espace' ? '/assistance/' : '/gestion/assistance/';
  return redirect(
    back,
    email
      ? `Votre message est parti à ${helper.name}. La réponse viendra à ${email}, où une copie arrive aussi.`
      : `Votre message est parti à ${helper.name}, qui vous rappellera au ${phone}.`,
  );
}

function bodyOf(
  name: string,
  { wanted, happened }: Request,
  { email, phone }: { email: string | null; phone: string | null },
  facts: Joined[],
): string {
  return `Bonjour,

${name} demande de l’aide depuis Préau.

Ce qu’il fallait faire
${wanted}

Ce qui s’est passé
${happened}

Pour répondre : ${[email && `${email} (répondez simplement à ce message)`, phone && `téléphone ${phone}`].filter(Boolean).join(', ')}

${facts.map((one) => `${one.title.replace(/^Votre (.)/, (_, first: string) => first.toUpperCase())} : ${one.text}`).join('\n')}
`;
}
