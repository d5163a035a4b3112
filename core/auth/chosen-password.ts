import { password } from '../form/form.ts';
import { type Invalid, invalid } from '../plugin/contract.ts';
import { passwordRules } from '../public/password-rules.ts';

/** A password one chooses, typed twice (F02-11). */
export const chosen = {
  password: password('Nouveau mot de passe', { autocomplete: 'new-password' }),
  again: password('Saisissez-le une seconde fois', { autocomplete: 'new-password' }),
};

export interface Named {
  login: string;
  lastName: string;
  firstName: string;
}

/** The rules as the page lists them before anything is typed, and what the script needs to check them while typing. */
export function rulesFor(
  { login, lastName, firstName }: Named,
  typed: { password: string; again: string; current: string | null } | null,
) {
  const who = { login, lastName, firstName };
  const results = passwordRules(typed?.password ?? '', typed?.again ?? '', { ...who, current: typed?.current ?? null });
  return { ...who, lines: results.map((one) => ({ ...one, waiting: !typed })) };
}

/** All the unmet rules beside the field, in the words of the list. */
export function refusal(
  { login, lastName, firstName }: Named,
  typed: { password: string; again: string },
  current: string | null,
): Invalid | null {
  const results = passwordRules(typed.password, typed.again, { login, lastName, firstName, current });
  const unmet = results.filter((one) => !one.met);
  if (!unmet.length) return null;
  const same = results.at(-1);
  const wrong = unmet.filter((one) => one !== same);
  return invalid({
    ...(wrong.length
      ? { password: `Le mot de passe doit : ${wrong.map((one) => `${one.rule} (${one.missing})`).join(' ; ')}.` }
      : {}),
    ...(same && !same.met ? { again: 'Les deux saisies ne sont pas les mêmes. Retapez le mot de passe.' } : {}),
  });
}
