/** A gesture or several that the guide names, and the row of core/features/features.ts that tells of them. */
type Printed = [row: string, what: string, gestures: number];

export interface Fiche {
  number: number;
  title: string;
  printed: Printed[];
}

const TEAM_LINE = 'nom, Entrée, prénom, Entrée';
const CIVILITY: Printed = ['F05-4', 'double-clic sur Civilité, choix, Valider', 3];

/**
 * What the guide has its reader do, fiche by fiche, as its rows name it: each part of a path, button, box, field, key,
 * and the Valider or Suivant of a window that is named. What no row names (an installer’s windows, a file chosen in the
 * system’s window beyond naming it, opening a window) is not counted.
 */
export const FICHES: Fiche[] = [
  {
    number: 1,
    title: 'Ouvrir l’école',
    printed: [
      ['F01-5', 'version, Télécharger, Installer', 3],
      ['F01-1', 'RNE, confirmer l’identité', 2],
      ['I-01', 'identifiant, code', 2],
    ],
  },
  {
    number: 2,
    title: 'Se connecter',
    printed: [
      ['F02-01', 'école', 1],
      ['F02-02', 'mode', 1],
      ['F02-03', 'identifiant, mot de passe, Se connecter', 3],
      ['F02-11', 'nouveau mot de passe, une seconde fois, Valider', 3],
      ['F02-13', 'mesure', 1],
      ['F02-17', 'code PIN', 1],
      ['F02-19', 'confirmation du code', 1],
      ['F02-20', 'case de l’appareil, son nom', 2],
      ['F02-23', 'Suivant', 1],
    ],
  },
  { number: 3, title: 'Naviguer', printed: [['F03-2', 'Ressources > Professeurs > Liste', 3]] },
  {
    number: 4,
    title: 'Importer de ONDE',
    printed: [
      ['F04-04', 'Imports/Exports > ONDE > Importer les élèves et les classes', 3],
      ['F04-05', 'fichier', 1],
      ['F04-07', 'Importer', 1],
      ['F04-09', 'fermer le rapport, fermer la fenêtre', 2],
      ['F04-12', 'les mêmes pour les responsables', 7],
    ],
  },
  {
    number: 5,
    title: 'Professeurs',
    printed: [
      ['F05-1', 'Ressources > Professeurs > Liste', 3],
      ['F05-2', TEAM_LINE, 4],
      CIVILITY,
      ['F05-5', 'Fiches professeurs, le professeur', 2],
      ['F05-6', 'modifier Identité, adresse e-mail', 2],
      ['F05-7', 'téléphone mobile, Valider', 2],
    ],
  },
  {
    number: 6,
    title: 'Personnels',
    printed: [
      ['F06-01', `Ressources > Personnels > Liste, ${TEAM_LINE}`, 7],
      ['F06-02', 'fonction, Valider', 2],
      ['F06-05', 'mode, Valider', 2],
      CIVILITY,
    ],
  },
  {
    number: 7,
    title: 'Mairie',
    printed: [
      ['F07-1', `Ressources > Personnels > Liste, ${TEAM_LINE}, fonction, Valider`, 9],
      ['F07-2', 'Valider ce qui est préselectionné', 1],
      CIVILITY,
    ],
  },
  {
    number: 8,
    title: 'Accompagnants',
    printed: [
      ['F08-1', `Ressources > Personnels > Liste, ${TEAM_LINE}, fonction, Valider`, 9],
      CIVILITY,
      ['F08-3', 'Fiche', 1],
      ['F08-4', 'Affecter des élèves, un élève, Valider', 3],
    ],
  },
  {
    number: 9,
    title: 'Envoi d’e-mails',
    printed: [
      ['F09-01', 'Configuration > Paramétrer l’envoi d’e-mails', 2],
      ['F09-03', '+, libellé, e-mail, Suivant', 4],
      ['F09-04', 'code, Suivant', 2],
      ['F09-05', 'question, réponse, Suivant', 3],
      ['F09-06', 'une personne, Valider', 2],
    ],
  },
  {
    number: 10,
    title: 'Page établissement',
    printed: [
      ['F10-1', 'Espaces web > Établissement, Publier', 3],
      ['F10-2', 'En-tête, Corps, Pied, un élément dans chacun', 6],
      ['F10-6', 'Visualisation avant, puis après', 2],
    ],
  },
  {
    number: 11,
    title: 'Espaces web',
    printed: [
      ['F11-01', 'Espaces web > Paramètres communs > Paramètres communs', 3],
      ['F11-05', 'double-clic sur Publié', 1],
      ['F11-06', 'Visuel, choix', 2],
      ['F11-08', 'référencement', 1],
      ['F11-02', 'onglet Parents', 1],
      ['F11-10', 'récupération par e-mail', 1],
      ['F11-12', 'une rubrique', 1],
      ['F11-14', 'choisir une rubrique, une option', 2],
    ],
  },
  {
    number: 12,
    title: 'Étiquettes',
    printed: [
      ['F12-01', 'Ressources > Responsables > Fiche de renseignements', 3],
      ['F12-02', 'filtre', 1],
      ['F12-03', 'Ctrl + A', 1],
      ['F12-04', 'bouton d’impression', 1],
      ['F12-05', 'modèle', 1],
      ['F12-10', 'Aperçu', 1],
      ['F12-11', 'Générer', 1],
    ],
  },
  {
    number: 13,
    title: 'Identifiants par e-mail',
    printed: [
      ['F13-1', 'Communication > Courriers et Documents > Modèles', 3],
      ['F13-3', 'Ressources > Professeurs > Liste, Ctrl + A', 4],
      ['F13-4', 'bouton d’envoi, type de sortie', 2],
      ['F13-5', 'modèle, Aperçu', 2],
      ['F13-6', 'Imprimer/Mailer, objet, corps, compte', 4],
      ['F13-7', 'Envoyer l’e-mail', 1],
    ],
  },
  {
    number: 14,
    title: 'Première information',
    printed: [
      ['F14-01', 'Communication > Infos/sondages > Informations et sondages', 3],
      ['F14-02', 'Nouvelle information', 1],
      ['F14-03', 'parents : …, choix, Valider ; enseignants : de même', 6],
      ['F14-05', 'titre', 1],
      ['F14-06', 'catégorie', 1],
      ['F14-07', 'document', 1],
      ['F14-08', 'texte', 1],
      ['F14-09', 'Publier, du, au', 3],
      ['F14-10', 'Publier sur la page établissement', 1],
      ['F14-11', 'Publier', 1],
    ],
  },
  {
    number: 15,
    title: 'Première discussion',
    printed: [
      ['F15-1', 'Communication > Discussions > Discussions', 3],
      ['F15-2', 'Nouvelle discussion', 1],
      ['F15-3', '…', 1],
      ['F15-4', 'choix, Valider', 2],
      ['F15-5', 'objet, document, texte, Envoyer', 4],
    ],
  },
  {
    number: 16,
    title: 'Casier des professeurs',
    printed: [
      ['F16-2', 'Ressources > Professeurs > Liste, choix', 4],
      ['F16-3', 'bouton, fichier', 2],
      ['F16-5', 'nature', 1],
      ['F16-6', 'Valider', 1],
    ],
  },
  {
    number: 17,
    title: 'Documents à collecter',
    printed: [
      ['F17-01', 'Communication > Casier numérique > Documents du casier numérique', 3],
      ['F17-02', 'Documents à collecter', 1],
      ['F17-05', 'Créer un nouveau document, nom', 2],
      ['F17-06', 'classes, Valider', 2],
      ['F17-07', 'À déposer jusqu’au, date, Valider', 3],
      ['F17-08', 'personnes, Valider', 2],
      ['F17-09', 'jour de la notification', 1],
      ['F17-15', 'Récapitulatif par élève', 1],
    ],
  },
  {
    number: 18,
    title: 'Aide et assistance',
    printed: [
      ['F18-1', 'base de connaissances', 1],
      ['F18-2', 'suggestion de l’écran', 1],
      ['F18-3', 'loupe, mots', 2],
      ['F18-4', 'documents en ligne', 1],
      ['F18-5', 'Assistance', 1],
    ],
  },
];

export const printedIn = ({ printed }: Fiche): number => printed.reduce((sum, [, , gestures]) => sum + gestures, 0);
