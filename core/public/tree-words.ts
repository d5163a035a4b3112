/** A group of boxes in words: all, none, or half-ticked with the figures (F06-10). Used by the server and in the browser. */
export function treeWords(on: number, total: number): string {
  if (on === 0) return `Aucun sur ${total}`;
  if (on === total) return total === 1 ? 'Coché' : `Tous cochés : ${total}`;
  return `En partie : ${on} sur ${total}`;
}
