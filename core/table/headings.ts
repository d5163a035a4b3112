import { remembering } from './remember.ts';

/**
 * A heading without what people, Excel and ONDE itself vary: marks, no-break and repeated spaces, case, accents, kind
 * of apostrophe (ONDE facts 2, 3, 10, 15).
 */
export const normaliseHeading = remembering((heading) =>
  heading
    .replace(/[\uFEFF\u200B-\u200F\u2060\u00AD]/g, '')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[’‘ʼ`´]/g, "'")
    .toLowerCase()
    .replace(/œ/g, 'oe')
    .replace(/\s+/g, ' ')
    .trim(),
);
