import { quoted } from '@preau/core';
import type { Kept } from './contact.ts';

/**
 * An INE, never refused for its shape: three are known, the rule of the check letter is not (ONDE section 2). What is
 * plainly none (« en attente », « 1,2E+10 ») is left empty, since two pupils with the same would look like one.
 */
export function readIne(text: string): Kept {
  const ine = text.replace(/\s/g, '').toUpperCase();
  if (ine === '' || /^[-–—./]+$/.test(ine)) return { value: null, fault: null };
  if (/^(?:\d{10}[A-Z]|\d{9}[A-Z]{2}|\d{4}A\d{5}[A-Z])$/.test(ine)) return { value: ine, fault: null };
  if (!/[1-9]/.test(ine) || /E\+\d/.test(ine))
    return { value: null, fault: `lu ${quoted(text)}, ce n’est pas un INE : laissé vide.` };
  const lost = /^\d{9}[A-Z]$|^\d{8}[A-Z]{2}$/.test(ine) ? ' Un tableur a peut-être retiré un zéro de tête.' : '';
  return {
    value: ine,
    fault: `lu ${quoted(ine)}, un INE compte 11 signes : 10 chiffres et 1 lettre, ou 9 chiffres et 2 lettres.${lost} Vérifiez-le dans ONDE.`,
  };
}
