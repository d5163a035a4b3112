import type { Recipient } from './recipients.ts';

/** The letters every school finds there (F13-2); « Revenir au texte d’origine » gives them back. */
interface Original {
  kind: Recipient['kind'];
  title: string;
  subject: string;
  body: string;
}

const FIRST_TIME = `Pour vous connecter la première fois, ouvrez ce lien. Il est personnel :
[Lien de connexion]

Ou allez à cette adresse :
[Adresse de connexion]

Identifiant : [Identifiant de connexion]
Mot de passe provisoire : [Mot de passe]

Dès la première connexion, Préau vous demande de choisir votre propre mot de passe. Vous serez ensuite la seule personne à le connaître : l’école ne le voit pas et ne vous le demandera jamais.`;

const SIGNED = `Bien cordialement,
[Nom de l’école]`;

const CALL = `Une question ? Le lien ne s’ouvre pas ? L’école vous aide :
Téléphone : [Téléphone de l’école]
E-mail : [E-mail de l’école]`;

export const ORIGINALS: Original[] = [
  {
    kind: 'teacher',
    title: 'Connexion des professeurs',
    subject: 'Votre accès à Préau, [Nom de l’école]',
    body: `Bonjour [Civilité] [Prénom] [NOM],

Notre école travaille avec Préau. Dans votre Espace Enseignants, vous retrouvez vos classes, vos élèves et les personnes à appeler pour chacun d’eux.

${FIRST_TIME}

${CALL}

${SIGNED}`,
  },
  {
    kind: 'staff',
    title: 'Connexion des personnels',
    subject: 'Votre accès à Préau, [Nom de l’école]',
    body: `Bonjour [Civilité] [Prénom] [NOM],

Notre école travaille avec Préau. Vous y trouvez ce qui concerne votre fonction : les élèves, les classes, la vie de l’école.

${FIRST_TIME}

${CALL}

${SIGNED}`,
  },
  {
    kind: 'guardian',
    title: 'Connexion des responsables',
    subject: 'Votre accès à l’Espace Parents, [Nom de l’école]',
    body: `Bonjour [Civilité] [Prénom] [NOM],

L’école vous ouvre son Espace Parents, Préau. Depuis votre téléphone ou un ordinateur, vous y suivez la vie de votre enfant à l’école : sa classe, son professeur, les nouvelles.

Votre compte concerne : [Enfants]

Ce compte est à vous seul. L’autre responsable reçoit le sien.

${FIRST_TIME}

${CALL}

${SIGNED}`,
  },
  {
    kind: 'pupil',
    title: 'Connexion des élèves',
    subject: 'Ton accès à Préau, [Nom de l’école]',
    body: `Bonjour [Prénom],

Voici de quoi ouvrir ton Espace Élèves. Fais-le avec un adulte de ta famille.

Ouvre ce lien. Il est à toi seul :
[Lien de connexion]

Ou va à cette adresse :
[Adresse de connexion]

Identifiant : [Identifiant de connexion]
Mot de passe provisoire : [Mot de passe]

La première fois, tu choisis ton propre mot de passe. Ne le donne à personne, même pas à un ami.

Quelque chose ne marche pas ? Un adulte peut appeler l’école :
Téléphone : [Téléphone de l’école]

À bientôt,
[Nom de l’école]`,
  },
];

/** What the house wrote for this kind. */
export const originalOf = (kind: Recipient['kind'] | null): Original | undefined =>
  ORIGINALS.find((one) => one.kind === kind);
