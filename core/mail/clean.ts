// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not pass.
const BREAKS = /[\u0000-\u001f\u007f\u0085\u2028\u2029]+/g;
const DIRECTION = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** A subject or a name as a header takes it: one line, and no mark that would reverse the list around it (case B28). */
export const oneLine = (text: string): string => text.replace(BREAKS, ' ').replace(DIRECTION, '').trim();
