import type { EspaceOptions } from '../access/options.ts';
import { LEVELS } from '../directory/list-words.ts';
import { choice, type Form, tick } from '../form/form.ts';
import type { Espace } from '../plugin/contract.ts';

export type EspaceInput = Partial<EspaceOptions> & { published: boolean; mobile: boolean };

/** F11-09 to F11-11: what is decided for an Espace as a whole. */
export const espaceForm = (espace: Espace): Form => ({
  published: tick('Publier l’Espace'),
  mobile: tick('Publier la version mobile', {
    hint: 'L’Espace s’installe sur le téléphone comme une application, et garde les dernières informations pour les lire sans réseau.',
  }),
  mail: tick('Autoriser la récupération par e-mail des mots de passe oubliés', {
    hint:
      espace === 'direction'
        ? 'Vaut aussi pour tous ceux qui ouvrent la Gestion. Sans cela, ils envoient une demande à l’école.'
        : 'Sans cela, ou sans adresse e-mail connue, la demande arrive à l’école.',
  }),
  contacts: tick('Montrer les coordonnées de l’école'),
  ...(espace === 'parents' ? { teachers: tick('Montrer le nom des professeurs') } : {}),
  ...(espace === 'eleves'
    ? {
        level: choice(
          'S’ouvre à partir du niveau',
          Object.fromEntries(LEVELS.map(({ value, label }) => [value, label])),
          { hint: 'Les élèves plus jeunes ne peuvent pas se connecter.' },
        ),
      }
    : {}),
});
