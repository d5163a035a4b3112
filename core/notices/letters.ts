import type { Letter } from '../outbox/outbox-types.ts';

/** What one reader's mail is made of. */
export interface Post {
  personId: string;
  name: string;
  address: string;
  notices: { title: string; urgent: boolean }[];
  /** « Mila (CE1 Jonquilles) et Tom (CP A) »; empty when no child is named. */
  children: string;
}

/** One thing, at once: the plugin's title already names the child (C-28). */
export const letterForOne = (post: Post, school: string, address: string): Letter => {
  const [notice] = post.notices as [Post['notices'][number]];
  return letter(post, `${notice.urgent ? 'Urgent : ' : ''}${notice.title} – ${school}`, address, [
    notice.urgent ? `Message urgent de ${school} :` : `Du nouveau à ${school} :`,
  ]);
};

/** What is new today, once (proposal 15, C-05): the subject names the children. */
export const letterForDay = (post: Post, school: string, address: string): Letter => {
  const n = post.notices.length;
  const subject = `${n} ${n > 1 ? 'nouveautés' : 'nouveauté'}${post.children ? ` pour ${post.children}` : ''} – ${school}`;
  return letter(post, subject, address, [`Voici ce qui est nouveau à ${school} :`]);
};

function letter(post: Post, subject: string, address: string, opening: string[]): Letter {
  const lines = [
    `Bonjour ${post.name},`,
    '',
    ...opening,
    '',
    ...post.notices.map(({ title }) => `- ${title}`),
    '',
    'Pour lire, connectez-vous comme d’habitude :',
    address,
    '',
    'Ce message ne contient ni mot de passe ni lien de connexion directe.',
    'Pour recevoir moins de messages, ou tout à la fois : « Mon compte », puis « Notifications ».',
  ];
  return { to: { name: post.name, address: post.address, personId: post.personId }, subject, text: lines.join('\n') };
}
