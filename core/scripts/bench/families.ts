/** A school as large as a measure wants it, written as the two files ONDE would give; the same counts give the same files. */
export interface BenchFiles {
  pupils: Buffer;
  guardians: Buffer;
}

const BASE =
  'ABADIE ANDRÉ BENALI BERGER BLANCHARD BOUCHER CAMARA CHEVALIER CLÉMENT COULIBALY DELAUNAY DIALLO DUBOIS ÉTIENNE FABRE FAURE FERNANDEZ GAILLARD GARNIER GÉRARD GUÉRIN HADDAD HUBERT JOLY KEITA LACROIX LAMBERT LEFÈVRE LOPEZ MARÉCHAL MERCIER MOREAU NGUYEN NOËL PEREIRA PRÉVOST RENAUD RIVIÈRE SCHMITT TRAORÉ'.split(
    ' ',
  );
const GIVEN =
  'Adèle Alice Ambre Anaé Camille Chloé Diane Éléonore Élise Fatoumata Inès Iris Jade Léa Louise Maëlle Manon Nour Romane Zoé Aaron Adam Antoine Arthur Côme Éliott Émile Ethan Gabriel Hugo Ibrahim Jules Léo Lucas Maël Martin Noé Oscar Raphaël Théo'.split(
    ' ',
  );
/** Single and double names, some 600 of them: as varied as those of a real town. */
const NAMES = [...BASE, ...BASE.flatMap((one, at) => BASE.slice(at + 1, at + 16).map((other) => `${one} ${other}`))];
const STREETS = ['rue des Tilleuls', "place de l'Église", 'avenue de la Gare', 'chemin du Lavoir', 'rue Jean-Jaurès'];
const LEVELS = ['PS', 'MS', 'GS', 'CP', 'CE1', 'CE2', 'CM1', 'CM2'];
/** Pupils of one class. */
const CLASS = 25;

/** A family name that is in every school exactly once, to be searched for. */
export const RARE_NAME = 'ZWINGLI';

/** @param guardians two per family; families beyond as many as there are pupils would have no child. */
export function benchFiles(pupils: number, guardians: number, year: number): BenchFiles {
  const families = guardians / 2;
  const childrenOf = new Map<number, string[][]>();
  const children = Array.from({ length: pupils }, (_, at) => {
    const family = at % families;
    const child = childOf(at, family, Math.floor(at / families), pupils, year);
    childrenOf.set(family, [...(childrenOf.get(family) ?? []), child]);
    return child;
  });
  const adults = Array.from({ length: guardians }, (_, at) => {
    const family = at >> 1;
    return adultOf(at, family, nameOf(family, families), childrenOf.get(family) ?? []);
  });
  return { pupils: latin([PUPILS, ...children]), guardians: latin([GUARDIANS, ...adults]) };

  function childOf(at: number, family: number, rank: number, all: number, first: number): string[] {
    const place = Math.floor((at * Math.ceil(all / CLASS)) / all);
    const level = LEVELS[place % LEVELS.length] as string;
    // Homonyms would wait for the director instead of being linked: within a name no first name comes twice.
    const given = Math.floor(family / NAMES.length) + rank * Math.ceil(families / NAMES.length) + family;
    const born = `${first - 3 - LEVELS.indexOf(level)}-${two(1 + (at % 12))}-${two(1 + (at % 28))}`;
    const label = `${String(place + 1).padStart(3, '0')} ${level}`;
    const ine = `${String(at).padStart(9, '0')}AD`;
    const name = [nameOf(family, families), '', GIVEN[given % GIVEN.length] as string];
    const rest = ['', level, label, String(510_000 + place), 'Oui', 'Non', 'Oui', '', ''];
    return [...name, born, at % 2 ? 'F' : 'M', ine, ...homeOf(family), '', '', '', '', ...rest];
  }
}

const nameOf = (family: number, families: number) =>
  family === families - 1 ? RARE_NAME : (NAMES[family % NAMES.length] as string);

/** Nobody else lives there: names and an address in common would make one person of two. */
const homeOf = (family: number) => [
  `${1 + family} ${STREETS[family % STREETS.length]}`,
  '01000',
  'BOURG FICTIF',
  'FRANCE',
];

function adultOf(at: number, family: number, name: string, children: string[][]): string[] {
  const own = at % 6 === 0 ? (NAMES[(family * 7) % NAMES.length] as string) : name;
  // One in three has a single first name, the others a double one: few adults of a town are called alike.
  const first = GIVEN[(family + at * 3) % GIVEN.length] as string;
  const given = at % 3 ? `${first}-${GIVEN[(at * 7 + (at >> 5)) % GIVEN.length]}` : first;
  const reach = [`parent${at}@exemple.fr`, '', '', `06${10_000_000 + at}`];
  const kids = children.flatMap((child) => ['', child[0] as string, child[2] as string, child[16] as string]);
  return [at % 2 ? 'M.' : 'MME', '', own, given, ...homeOf(family), ...reach, ...kids];
}

const PUPILS =
  "Nom élève;Nom d'usage élève;Prénom élève;Date naissance;Sexe;INE;Adresse1;Cp1;Commune1;Pays1;Adresse2;Cp2;Commune2;Pays2; Cycle;Niveau;Libellé classe;Identifiant classe;Attestation fournie;Autorisation associations;Autorisation photo;Décision de passage".split(
    ';',
  );
const CHILD = ["Nom d'usage enfant", 'Nom de famille enfant', 'Prénom enfant', 'Classes enfants'];
const GUARDIANS = [
  ...'Civilité Responsable;Nom usage responsable;Nom responsable;Prénom responsable;Adresse responsable;CP responsable;Commune responsable;Pays;Courriel;Téléphone domicile;Téléphone travail;Téléphone portable'.split(
    ';',
  ),
  ...CHILD,
  ...CHILD,
  ...CHILD,
];

/** ISO-8859-1 and CRLF, as ONDE writes. */
const latin = (lines: string[][]): Buffer =>
  Buffer.from(
    lines.map((cells) => `${cells.map((cell) => (cell ? `"${cell}"` : '')).join(';')}\r\n`).join(''),
    'latin1',
  );
const two = (n: number) => String(n).padStart(2, '0');
