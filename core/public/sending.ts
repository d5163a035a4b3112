// One file on its way to `/{rne}/fichiers/arrivee` (core/files/arrivals.ts).

export interface Arrived {
  token: string;
  name: string;
  /** « Image, 2,1 Mo » */
  words: string;
  remark: string | null;
}
/** `again`: the same file may go through later. */
export type Outcome = { arrived: Arrived } | { refused: string; again: boolean };

export interface Sending {
  outcome: Promise<Outcome>;
  stop(): void;
}

export function send(url: string, file: File, progress: (percent: number) => void): Sending {
  // Only this old way tells how far an upload is.
  const call = new XMLHttpRequest();
  const outcome = new Promise<Outcome>((resolve) => {
    call.addEventListener('loadend', () => resolve(outcomeOf(call)));
  });
  call.upload.addEventListener('progress', ({ loaded, total }) => progress(Math.floor((loaded * 100) / total)));
  call.open('POST', url);
  // A session that has ended is told, not led to the sign-in page.
  call.setRequestHeader('HX-Request', 'true');
  const form = new FormData();
  form.append('file', file, file.name);
  call.send(form);
  return { outcome, stop: () => call.abort() };
}

function outcomeOf({ status, responseText }: XMLHttpRequest): Outcome {
  if (status === 200) return { arrived: JSON.parse(responseText) };
  if (status === 422 || status === 507) return { ...JSON.parse(responseText), again: status === 507 };
  if (status === 0)
    return {
      refused: 'La connexion s’est coupée : ce fichier n’est pas parti. Réessayez dès qu’elle revient.',
      again: true,
    };
  if (status === 401)
    return {
      refused: 'Votre session est terminée. Connectez-vous dans un autre onglet, puis revenez ici et réessayez.',
      again: true,
    };
  if (status === 413) return { refused: 'Ce fichier est trop gros.', again: false };
  return { refused: 'Le serveur n’a pas pu prendre ce fichier. Réessayez dans un instant.', again: true };
}
