/** « nom de famille enfant 2 » → its name and 2 (ONDE fact 27); null when no number follows the name. */
export function numberedHeading(normalised: string): { name: string; number: number } | null {
  const found = /^(.*?\D)[ _.-]*\(?n?°?(\d{1,2})\)?$/.exec(normalised);
  if (!found) return null;
  return { name: (found[1] ?? '').replace(/[ _.(-]+$/, ''), number: Number(found[2]) };
}
