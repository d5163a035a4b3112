/** A picture of help: whose screen, where, and what is pressed before it is taken. */
export interface Shot {
  /** `<module>/<name>`: beside the help pages of that module. */
  picture: string;
  who: 'visiteur' | 'direction' | 'parent';
  /** Path inside the school, or of the house when it begins with `//`. */
  path: string;
  /** On a phone (360) or at a desk (1280). */
  phone?: boolean;
  /** Pressed one after the other. */
  press?: string[];
}

/** The screens photographed by `npm run preau -- help:pictures`, in the order of the guide. */
export const SHOTS: Shot[] = [
  { picture: 'ouverture/ouvrir', who: 'visiteur', path: '//ouverture', phone: true },
  { picture: 'connexion/connexion', who: 'visiteur', path: '/connexion/', phone: true },
  { picture: 'accueil/espace', who: 'parent', path: '/espace/parents/accueil/', phone: true },
  { picture: 'accueil/gestion', who: 'direction', path: '/gestion/accueil/' },
  { picture: 'onde-import/import', who: 'direction', path: '/gestion/onde-import/eleves' },
  { picture: 'ressources/eleves', who: 'direction', path: '/gestion/ressources/eleves?q=mart' },
  { picture: 'personnels/professeurs', who: 'direction', path: '/gestion/personnels/professeurs' },
  { picture: 'personnels/personnels', who: 'direction', path: '/gestion/personnels/personnels' },
  { picture: 'profils/droits', who: 'direction', path: '/gestion/profils/' },
  { picture: 'email-accounts/comptes', who: 'direction', path: '/gestion/email-accounts/' },
  { picture: 'espaces-web/publier', who: 'direction', path: '/gestion/espaces-web/' },
  { picture: 'looks/couleur', who: 'direction', path: '/gestion/looks/' },
  {
    picture: 'credentials/etiquettes',
    who: 'direction',
    path: '/gestion/ressources/responsables',
    press: ['#liste tbody .m input[type=checkbox]', '.acts [formaction*="etiquettes/responsables"]'],
  },
  {
    picture: 'credentials/courrier',
    who: 'direction',
    path: '/gestion/personnels/professeurs',
    press: ['#liste tbody .m input[type=checkbox]', '#acte-credentials-courrier', '#sortie-pdf', '#apercu'],
  },
  { picture: 'credentials/suivi', who: 'direction', path: '/gestion/credentials/suivi' },
  { picture: 'infos/information', who: 'direction', path: '/gestion/infos/nouvelle' },
  { picture: 'infos/lire', who: 'parent', path: '/espace/parents/infos/', phone: true, press: ['#contenu .feed h3 a'] },
  {
    picture: 'discussions/discussion',
    who: 'parent',
    path: '/espace/parents/discussions/',
    phone: true,
    press: ['.feed .as-h3 a'],
  },
  { picture: 'casier/casier', who: 'direction', path: '/gestion/casier/diffusion/equipe' },
  { picture: 'collecte/collecte', who: 'direction', path: '/gestion/collecte/' },
  { picture: 'collecte/fournir', who: 'parent', path: '/espace/parents/collecte/a-fournir', phone: true },
  { picture: 'compte/compte', who: 'parent', path: '/compte/', phone: true },
  { picture: 'aide/loupe', who: 'direction', path: '/aide/recherche?q=imprimer+etiquete' },
];
