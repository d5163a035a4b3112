import type { TestSchool } from '@preau/core/testing';

export const HOME = '/gestion/etablissement-page';

/** A small grey photo with a copyright written by the camera (EXIF): « CANARI-EXIF ». */
export const PHOTO_BASE64 =
  '/9j/4QDURXhpZgAASUkqAAgAAAAHABIBAwABAAAAAQAAABoBBQABAAAAYgAAABsBBQABAAAAagAAACgBAwABAAAAAgAAABMCAwABAAAAAQAAAJiCAgAMAAAAcgAAAGmHBAABAAAAfgAAAAAAAAA4YwAA6AMAADhjAADoAwAAQ0FOQVJJLUVYSUYABgAAkAcABAAAADAyMTABkQcABAAAAAECAwAAoAcABAAAADAxMDABoAMAAQAAAP//AAACoAQAAQAAAEAAAAADoAQAAQAAADAAAAAAAAAA/9sAQwAUDg8SDw0UEhASFxUUGB4yIR4cHB49LC4kMklATEtHQEZFUFpzYlBVbVZFRmSIZW13e4GCgU5gjZeMfZZzfoF8/9sAQwEVFxceGh47ISE7fFNGU3x8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8/8AAEQgAMABAAwEiAAIRAQMRAf/EABUAAQEAAAAAAAAAAAAAAAAAAAAE/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/EABUBAQEAAAAAAAAAAAAAAAAAAAAD/8QAFBEBAAAAAAAAAAAAAAAAAAAAAP/aAAwDAQACEQMRAD8AuAVQAAAAAAAAAAAAAAAAAAAAAAf/2Q==';

/** What a test of the page does as the director; nothing is told that the screen does not offer. */
export function deskOf(school: TestSchool) {
  const direction = () => school.as('direction');
  return {
    publish: (on = true) =>
      direction().post('/gestion/espaces-web/publier', { what: 'etablissement', on: on ? '1' : '0', from: 'page' }),
    set: (key: string, act: string, tab = '') => direction().post(`${HOME}/elements${tab && `/${tab}`}`, { key, act }),
    texts: (fields: Record<string, string>) => direction().post(`${HOME}/textes`, fields),
    document: (name: string, words: string) =>
      direction().post(`${HOME}/documents`, { files: new File([words], name) }),
    /** @returns where the photo's card is. */
    async photo(alt: string, caption = ''): Promise<string> {
      const files = new File([Buffer.from(PHOTO_BASE64, 'base64')], 'photo.jpg');
      const { location } = await direction().post(`${HOME}/galerie`, { files, alt, caption });
      return (location ?? '').slice(school.rne.length + 1).replace(/\/enfants$/, '');
    },
    nobodyOn: (card: string) => direction().post(`${card}/enfants`, { nobody: 'on' }),
    childrenOn: (card: string, pupils: string[]) => direction().post(`${card}/enfants`, { pupils }),
    consent: (pupil: string, fields = { givenBy: 'M. Paul Leroy', givenOn: '2026-09-02' }) =>
      direction().post(`${HOME}/autorisations/${pupil}`, fields),
    withdraw: (pupil: string) => direction().post(`${HOME}/autorisations/${pupil}/retirer`),
    /** An information as its author and the house leave it once it is out. */
    async information(row: Record<string, unknown>): Promise<string> {
      const at = school.house.house.clock();
      const base = { kind: 'information', state: 'published', author_name: 'Auteur', changed_at: at, published_at: at };
      const period = { publish: true, on_page: true, to_day: '2030-01-01', body: '<p>Texte</p>' };
      const [{ id }] = await school.db((db) =>
        db('infos_items')
          .insert({ ...base, ...period, ...row })
          .returning('id'),
      );
      return id;
    },
  };
}

/** Every address a page names: links, pictures, styles, what a browser would fetch or follow. */
export const addressesIn = (html: string): string[] =>
  [...html.matchAll(/(?:href|src|srcset|content|action)="([^"]+)"/g)].flatMap(([, value = '']) =>
    value.split(/,\s+/).map((one) => one.split(' ')[0] as string),
  );
