import { randomBytes } from 'node:crypto';

/** 128 bits in 22 letters that need no escape in an address: short enough for a QR code of 25 mm (case B18). */
export const newCode = (): string => randomBytes(16).toString('base64url');

/** The code of previews: as long as a real one, so that the picture is as dense; it opens a page that says it is an example. */
export const SAMPLE_CODE = 'EXEMPLE-ne-sert-a-rien';
