/** What stands first in the archive of a school, for the person who opens it. */
export const readmeText = (
  school: { rne: string; name: string },
  made: string,
  counts: { tables: number; files: number },
) =>
  `${school.name} (${school.rne})
Toute l’école, telle qu’elle était dans Préau le ${made}.

CE QU’IL Y A ICI
- tables/ : ${counts.tables} fichiers CSV (UTF-8, virgules, une ligne de titres), un par sorte de donnée : people.csv
  (personnes), classes.csv, accounts.csv (identifiants), guardian_links.csv (qui est responsable de qui)…
- fichiers/ : ${counts.files} documents et photos, rangés par module, sous leur nom.
- fichiers.csv : pour chaque document, où il est, de quoi il dépend (colonne « about ») et son empreinte SHA-256.
- schema.json : ce que veut dire chaque colonne, et comment les tables se tiennent.
- manifest.json : combien de lignes et quelle empreinte pour chaque table. Ne le modifiez pas.

CE QU’IL N’Y A PAS
Ni mots de passe, ni codes, ni appareils reconnus, ni connexions en cours : rien ici n’ouvre un compte. Les messages qui
attendaient de partir et les liens vers les comptes d’autres écoles restent là-bas.

REMETTRE L’ÉCOLE SUR UN AUTRE SERVEUR
  npm run preau -- school:enter CE-FICHIER.zip
Le serveur doit avoir la même version de Préau et les mêmes modules. Chacun garde son identifiant et reçoit un nouveau
mot de passe provisoire ; ceux de l’administration s’affichent à l’arrivée.

OUVRIR UNE TABLE DANS UN TABLEUR
Importez le fichier CSV (Données > À partir d’un fichier), UTF-8, virgule, toutes les colonnes en texte.

Ces données sont celles d’enfants et de familles : gardez ce fichier comme le registre de l’école, et effacez-le dès
qu’il a servi.
`.replaceAll('\n', '\r\n');
