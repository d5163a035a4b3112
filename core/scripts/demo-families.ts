/** Invented families for the demo, written as the two files ONDE would give. The same seed gives the same school. */
export interface DemoFiles {
  pupils: Buffer;
  guardians: Buffer;
}

interface Child {
  lastName: string;
  firstName: string;
  birthDate: string;
  sex: 'F' | 'M';
  ine: string;
  addresses: Home[];
  level: string;
  classLabel: string;
  classId: string;
}
interface Home {
  street: string;
  postcode: string;
  city: string;
}
interface Guardian {
  title: string;
  lastName: string;
  usedName: string;
  firstName: string;
  home: Home;
  email: string;
  mobile: string;
  children: Child[];
}

const NAMES =
  'ABADIE ALVAREZ ANDRÉ ARNAUD AUBERT BAILLY BARBIER BENALI BERGER BERNARD BERTRAND BLANC BLANCHARD BONNET BOUCHER BOULANGER BOURGEOIS BOUVIER BRETON BRUNET CAMARA CARON CHARPENTIER CHEVALIER CLÉMENT COLIN CORDIER COSTA COULIBALY DA-SILVA DAVID DELAUNAY DENIS DESCHAMPS DIALLO DIOP DUBOIS DUFOUR DUMAS DUMONT DUPUIS DURAND ÉTIENNE FABRE FAURE FERNANDEZ FERRARI FLEURY FONTAINE FOURNIER GAILLARD GARCIA GARNIER GAUTHIER GÉRARD GIRARD GOMEZ GUÉRIN GUILLAUME HADDAD HAMON HENRY HUBERT HUET JACQUET JOLY KACI KEITA LACROIX LAMBERT LAMY LE-GALL LE-ROUX LEBLANC LECLERC LEFÈVRE LEGRAND LEMAIRE LEROUX LOPEZ LUCAS MARCHAND MARÉCHAL MARIE MARTINEZ MASSON MATHIEU MERCIER MEUNIER MEYER MOREAU MOREL MOULIN MULLER NGUYEN NICOLAS NOËL OLIVIER PARIS PELLETIER PEREIRA PERRIN PETIT PHILIPPE PICARD PIERRE POIRIER PRÉVOST RENARD RENAUD REY RICHARD RIVIÈRE ROBERT ROCHE RODRIGUEZ ROGER ROLLAND ROUSSEAU ROUX ROY SANCHEZ SCHMITT SIMON SOW TESSIER THOMAS TRAN TRAORÉ VASSEUR VIDAL VINCENT WEBER YILMAZ'
    .split(' ')
    .map((name) => name.replace('-', ' '));
const GIRLS =
  'Adèle Agathe Aïcha Alice Alix Ambre Anaé Anna Apolline Assia Aya Camille Capucine Charlie Chloé Clara Diane Éléonore Élise Emma Ève Fatoumata Gabrielle Inès Iris Jade Jeanne Julia Léa Léonie Lina Lou Louise Lucie Maëlle Manon Margaux Mariam Mathilde Mila Nina Noémie Nour Olivia Romane Rose Salomé Sarah Sofia Victoire Yasmine Zélie Zoé'.split(
    ' ',
  );
const BOYS =
  'Aaron Achille Adam Adrien Amir Antoine Arthur Augustin Axel Basile Côme Eden Éliott Émile Ethan Gabin Gabriel Gaspard Hugo Ibrahim Idris Ilyès Imran Isaac Jules Kaïs Léo Liam Lucas Maël Malo Marius Martin Mathis Mohamed Naël Nathan Noah Noé Nolan Oscar Paul Raphaël Robin Sacha Samuel Timéo Théo Tom Victor Wassim Youssef'.split(
    ' ',
  );
const ADULTS: [string, string][] =
  'Amandine Anne Aurélie Caroline Céline Christelle Claire Élodie Émilie Fatima Hélène Isabelle Julie Karima Laure Leïla Marie Nadia Nathalie Pauline Samira Sandrine Sophie Stéphanie Valérie Virginie'
    .split(' ')
    .map((name, at): [string, string] => [
      name,
      'Ahmed Alexandre Antoine Benoît Bruno Cédric Christophe David Fabrice François Frédéric Guillaume Jérôme Julien Karim Laurent Ludovic Marc Mathieu Mehdi Nicolas Olivier Pascal Sébastien Thomas Vincent'.split(
        ' ',
      )[at] as string,
    ]);
const STREETS = [
  'rue des Tilleuls',
  'rue de l’École',
  'place de l’Église',
  'avenue de la Gare',
  'chemin du Lavoir',
  'impasse des Lilas',
  'rue Jean-Jaurès',
  'allée des Peupliers',
  'rue du Moulin',
  'route de Lyon',
  'rue Victor-Hugo',
  'lotissement Les Acacias',
];

/** Label, ONDE's number, levels of each class; two of them have two levels. */
const CLASSES: [string, string, string[]][] = [
  ['01 PETITE SECTION', '510001', ['PS']],
  ['02 MOYENNE SECTION', '510002', ['MS']],
  ['03 GRANDE SECTION', '510003', ['GS']],
  ['04 COURS PRÉPARATOIRE A', '510004', ['CP']],
  ['05 COURS PRÉPARATOIRE B', '510005', ['CP']],
  ['06 COURS ÉLÉMENTAIRE 1', '510006', ['CE1']],
  ['07 COURS ÉLÉMENTAIRE 1 - COURS ÉLÉMENTAIRE 2', '510007', ['CE1', 'CE2']],
  ['08 COURS ÉLÉMENTAIRE 2 - COURS MOYEN 1', '510008', ['CE2', 'CM1']],
  ['09 COURS MOYEN 1', '510009', ['CM1']],
  ['10 COURS MOYEN 2', '510010', ['CM2']],
];
const LEVELS = ['PS', 'MS', 'GS', 'CP', 'CE1', 'CE2', 'CM1', 'CM2'];

/**
 * @param pupils how many, about; the last family may add one or two.
 * @param year first calendar year of the school year: a PS child turns 3 in it.
 */
export function demoFiles(seed: number, pupils: number, year: number): DemoFiles {
  const random = mulberry(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const children: Child[] = [];
  const guardians: Guardian[] = [];
  const names = [...NAMES].sort(() => random() - 0.5);
  const taken = new Set<string>();
  for (let family = 0; children.length < pupils; family++) {
    const name = names[family % names.length] as string;
    const home = (): Home => ({
      street: `${1 + Math.floor(random() * 80)} ${pick(STREETS)}`,
      postcode: '01000',
      city: 'BOURG FICTIF',
    });
    const first = home();
    const apart = random() < 0.2;
    const second = apart ? home() : first;
    const [mother, father] = [pick(ADULTS)[0], pick(ADULTS)[1]];
    const own = pick(NAMES);
    const kids: Child[] = [];
    const size = random() < 0.9 ? 1 : random() < 0.8 ? 2 : 3;
    for (let kid = 0; kid < size; kid++) {
      const [classLabel, classId, levels] = CLASSES[children.length % CLASSES.length] as (typeof CLASSES)[number];
      const level = pick(levels);
      const sex = random() < 0.5 ? 'F' : 'M';
      let firstName = pick(sex === 'F' ? GIRLS : BOYS);
      while (taken.has(`${name} ${firstName}`)) firstName = pick(sex === 'F' ? GIRLS : BOYS);
      taken.add(`${name} ${firstName}`);
      const born = year - 3 - LEVELS.indexOf(level);
      const birthDate = `${born}-${two(1 + Math.floor(random() * 12))}-${two(1 + Math.floor(random() * 28))}`;
      const child: Child = {
        lastName: name,
        firstName,
        birthDate,
        sex,
        ine: `${String(seed % 1000).padStart(3, '0')}${String(children.length).padStart(6, '0')}${'ABCDEFGHJK'[children.length % 10]}D`,
        addresses: apart ? [first, second] : [first],
        level,
        classLabel,
        classId,
      };
      kids.push(child);
      children.push(child);
    }
    const mobile = () => `06000${String(10_000 + guardians.length * 7 + (seed % 7)).padStart(5, '0')}`;
    const mail = (given: string) => (random() < 0.85 ? `${plain(given)}.${plain(name)}${family}@exemple.fr` : '');
    guardians.push({
      title: 'MME',
      lastName: apart ? own : random() < 0.3 ? own : name,
      usedName: '',
      firstName: mother,
      home: first,
      email: mail(mother),
      mobile: mobile(),
      children: kids,
    });
    if (random() < 0.92)
      guardians.push({
        title: 'M.',
        lastName: name,
        usedName: '',
        firstName: father,
        home: second,
        email: mail(father),
        mobile: mobile(),
        children: kids,
      });
  }
  return { pupils: latin(pupilLines(children)), guardians: latin(guardianLines(guardians)) };
}

function pupilLines(children: Child[]): string[][] {
  const header =
    "Nom élève;Nom d'usage élève;Prénom élève;Date naissance;Sexe;INE;Adresse1;Cp1;Commune1;Pays1;Adresse2;Cp2;Commune2;Pays2; Cycle;Niveau;Libellé classe;Identifiant classe;Attestation fournie;Autorisation associations;Autorisation photo;Décision de passage".split(
      ';',
    );
  return [
    header,
    ...children.map((one) => {
      const [a, b] = one.addresses;
      const home = (home: Home | undefined) =>
        home ? [home.street, home.postcode, home.city, 'FRANCE'] : ['', '', '', ''];
      return [
        one.lastName,
        '',
        one.firstName,
        one.birthDate,
        one.sex,
        one.ine,
        ...home(a),
        ...home(b),
        '',
        one.level,
        one.classLabel,
        one.classId,
        'Oui',
        'Non',
        'Oui',
        '',
        '',
      ];
    }),
  ];
}

function guardianLines(guardians: Guardian[]): string[][] {
  const header =
    'Civilité Responsable;Nom usage responsable;Nom responsable;Prénom responsable;Adresse responsable;CP responsable;Commune responsable;Pays;Courriel;Téléphone domicile;Téléphone travail;Téléphone portable'.split(
      ';',
    );
  const child = ["Nom d'usage enfant", 'Nom de famille enfant', 'Prénom enfant', 'Classes enfants'];
  return [
    [...header, ...child, ...child, ...child],
    ...guardians.map((one) => [
      one.title,
      one.usedName,
      one.lastName,
      one.firstName,
      one.home.street,
      one.home.postcode,
      one.home.city,
      'FRANCE',
      one.email,
      '',
      '',
      one.mobile,
      ...one.children.flatMap((kid) => ['', kid.lastName, kid.firstName, kid.classLabel]),
    ]),
  ];
}

/** ISO-8859-1, CRLF, each cell that says something in quotes: as ONDE writes. */
const latin = (lines: string[][]): Buffer =>
  Buffer.from(
    lines
      .map((cells) => `${cells.map((cell) => (cell ? `"${cell.replaceAll('’', "'")}"` : '')).join(';')}\r\n`)
      .join(''),
    'latin1',
  );
const plain = (name: string) =>
  name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z]/g, '');
const two = (n: number) => String(n).padStart(2, '0');

/** A small generator with a seed: Math.random would give another school at each start. */
function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
