/** A file that cannot be kept, with the reason in French for whoever sent it. */
export class Refusal extends Error {
  override name = 'Refusal';
}
