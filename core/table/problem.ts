/** What a director must know about a place of the file. Used for what refuses a line as for what only deserves a look. */
export interface Problem {
  /** Line of the file, counted from 1 as a spreadsheet shows it; null when the whole file is meant. */
  line: number | null;
  /** Heading of the column as the file writes it. */
  column: string | null;
  /** French, ready to be shown: what, where, what to do. */
  message: string;
  /** What was read there. */
  value: string | null;
}

/** Something worth telling about a file that was read all the same. */
export type Remark = Problem;

/** Makes a problem; all but the message may be left out. */
export function problem(message: string, place: Partial<Omit<Problem, 'message'>> = {}): Problem {
  return {
    line: place.line ?? null,
    column: place.column ?? null,
    message: french(message),
    value: place.value ?? null,
  };
}

/** Sets the no-break spaces French wants before « : ; ? ! » and inside « ». */
export function french(text: string): string {
  return text.replace(/ ([:;?!»])/g, '\u00A0$1').replace(/« /g, '«\u00A0');
}

/** Puts what was read between French quotation marks, cut to a length that fits in a sentence. */
export function quoted(text: string): string {
  const short = text.length > 60 ? `${text.slice(0, 57)}…` : text;
  return `« ${short} »`;
}

/** « 1 élève », « 3 élèves ». */
export function counted(count: number, singular: string, plural = `${singular}s`): string {
  return `${count} ${count > 1 ? plural : singular}`;
}
