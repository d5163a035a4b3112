import { type Refusal, readTable as readSheet, type Table } from '@preau/core';

export type { Refusal, Separator, Table, TableRow } from '@preau/core';

/** Reads the bytes of an extraction, or says why not in the words of ONDE. */
export const readTable = (bytes: Uint8Array): Table | Refusal =>
  readSheet(bytes, {
    again: 'Refaites l’extraction dans ONDE',
    nobody: 'aucun élève, aucun responsable',
    what: 'le fichier CSV de l’extraction ONDE',
    webPage:
      'votre session ONDE avait expiré au moment du téléchargement. Reconnectez-vous à ONDE, puis refaites l’extraction',
  });
