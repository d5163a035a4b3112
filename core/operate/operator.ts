/** Who acts by a command, as the journal of a school names him. */
export const OPERATOR = { account: null, person: null, who: 'Exploitant du serveur' };
