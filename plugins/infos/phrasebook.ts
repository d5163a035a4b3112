/** Usual notices; what stands between « … » is to be filled in by whoever sends. */
export const PHRASEBOOK: { title: string; category: string; body: string[] }[] = [
  {
    title: 'Sortie scolaire : votre accord',
    category: 'Sortie scolaire',
    body: [
      'Chers parents,',
      'Le …, la classe se rend à … . Départ à … devant l’école, retour à … .',
      'À prévoir : un pique-nique, une bouteille d’eau et un vêtement de pluie.',
      'Merci de signer ci-dessous pour donner votre accord.',
    ],
  },
  {
    title: 'Réunion de parents',
    category: 'Réunion',
    body: [
      'Chers parents,',
      'Une réunion d’information a lieu le … à … , dans la classe de votre enfant. Elle dure environ une heure, sans les enfants.',
      'Nous comptons sur votre présence.',
    ],
  },
  {
    title: 'Grève : accueil des enfants',
    category: 'Grève',
    body: [
      'Chers parents,',
      'En raison d’un mouvement de grève, la classe de … n’est pas assurée le … .',
      'Un service d’accueil est organisé à … . La cantine est assurée : oui / non.',
    ],
  },
  {
    title: 'Absence d’un professeur',
    category: 'Absence d’un professeur',
    body: [
      'Chers parents,',
      'Le professeur de la classe de … est absent le … . Les enfants sont accueillis et répartis dans les autres classes.',
      'Si vous le pouvez, vous êtes libres de garder votre enfant à la maison.',
    ],
  },
  {
    title: 'Des poux à l’école',
    category: 'Santé',
    body: [
      'Chers parents,',
      'Des poux ont été signalés dans la classe. Merci de regarder ce soir la tête de votre enfant, et de traiter toute la famille s’il y en a.',
      'Votre pharmacien peut vous conseiller. Prévenez-nous : cela nous aide, et reste entre nous.',
    ],
  },
  {
    title: 'Maladie contagieuse dans la classe',
    category: 'Santé',
    body: [
      'Chers parents,',
      'Un cas de … a été signalé dans la classe. Surveillez l’apparition de … et consultez votre médecin au moindre doute.',
      'Un enfant malade reste à la maison jusqu’à l’avis du médecin.',
    ],
  },
  {
    title: 'Photo de classe',
    category: 'Photo de classe',
    body: [
      'Chers parents,',
      'Le photographe vient le … au matin. Les photos de chaque enfant et de la classe vous seront proposées ensuite ; rien n’oblige à les acheter.',
      'Si vous ne souhaitez pas que votre enfant soit photographié, dites-le à son professeur.',
    ],
  },
  {
    title: 'Cantine : menus du mois',
    category: 'Cantine et périscolaire',
    body: ['Chers parents,', 'Les menus du mois de … sont joints à cette information.'],
  },
  {
    title: 'Piscine : ce qu’il faut dans le sac',
    category: 'Vie de l’école',
    body: [
      'Chers parents,',
      'Les séances de piscine commencent le … . Dans le sac : un maillot de bain (pas de short), un bonnet, une serviette et un goûter.',
      'Nous cherchons des accompagnateurs : dites-le au professeur.',
    ],
  },
  {
    title: 'Fête de l’école',
    category: 'Vie de l’école',
    body: [
      'Chers parents,',
      'La fête de l’école a lieu le … à partir de … . Les enfants restent sous votre surveillance.',
      'Il nous manque des bras pour les stands : laissez votre nom au bureau.',
    ],
  },
];
