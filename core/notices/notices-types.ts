/** Something new for one person. */
export interface Notice {
  personId: string;
  /** `<plugin>.<key>` of a category declared in `noticeCategories`: infos.information. */
  category: string;
  /** What it is about, once per person: `infos:<id>`; a part of it after another colon (`infos:<id>:rappel-1`). */
  about: string;
  /** As this reader sees it, with the child's first name and class (C-28): « Sortie au musée, pour Mila (CE1 Jonquilles) ». */
  title: string;
  /** Where the plugin shows it, after `/espace/<espace>` or `/gestion`: `/infos/<id>`; the reader's own place is found by the core. */
  path: string;
  /** Children it names: it goes when this guardian's link to one of them is restricted. */
  pupilIds?: string[];
}

/**
 * The scoped service `notices`: the bell, the mail at once and the daily digest (proposal 15, C-05, C-06).
 * Each person's own choice, the quiet hours and the categories muted are minded here, never by the plugin.
 */
export interface Notices {
  /**
   * Announces, in the transaction of the visit; a person told once of `about` is not told again.
   * @param options.urgent the reason of an emergency: it passes quiet hours, mutes and digest, and is written in the journal.
   * @param options.from not before that moment; default now.
   */
  tell(notices: Notice[], options?: { urgent?: string; from?: Date }): Promise<void>;
  /** It is withdrawn, with its parts: no longer shown nor mailed. @param personIds only for these. */
  forget(about: string, personIds?: string[]): Promise<void>;
  /** The person has opened it: it and its parts are no longer new, nor mailed. */
  read(personId: string, about: string): Promise<void>;
}

declare module '../plugin/services.ts' {
  interface Services {
    notices: Notices;
  }
}
