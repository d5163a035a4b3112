import { definePlugin, number } from '@preau/core';
import { follow } from './follow.ts';
import { labels } from './labels.ts';
import { letters } from './letters.ts';

const parts = [labels, letters, follow];

/** Everyone his key, on paper or by mail: labels with QR (fiche 12), letters (fiche 13), who has come and who has not. */
export default definePlugin({
  name: 'credentials',
  title: 'Identifiants et étiquettes',
  summary: 'Imprimer des étiquettes avec QR code, envoyer les identifiants, suivre qui s’est connecté.',
  icon: 'key-round',
  permissions: {
    'hand-out': 'Communication > Imprimer et envoyer les identifiants',
    models: 'Communication > Modifier les modèles d’étiquettes et de courriers',
  },
  settings: {
    linkDays: number('Durée de vie d’un QR code, en jours', {
      min: 1,
      max: 90,
      hint: 'Trente jours si rien n’est réglé. Passé ce temps, l’étiquette dit de taper l’identifiant et le mot de passe.',
    }),
  },
  routes: parts.flatMap((part) => part.routes ?? []),
  nav: parts.flatMap((part) => part.nav ?? []),
  acts: parts.flatMap((part) => part.acts ?? []),
  steps: parts.flatMap((part) => part.steps ?? []),
  jobs: Object.assign({}, ...parts.map((part) => part.jobs ?? {})),
  nightly: Object.assign({}, ...parts.map((part) => part.nightly ?? {})),
  privacy: parts.flatMap((part) => part.privacy),
});
