/** What must be undone, last opened first; closing twice waits for the first time. */
export class Closing {
  readonly #steps: (() => unknown)[] = [];
  #done: Promise<void> | null = null;

  add(step: () => unknown): void {
    this.#steps.push(step);
  }

  get begun(): boolean {
    return this.#done !== null;
  }

  all(): Promise<void> {
    this.#done ??= this.#run();
    return this.#done;
  }

  async #run(): Promise<void> {
    // Steps added while others run count too: an interruption may come while something is being opened.
    for (let step = this.#steps.pop(); step; step = this.#steps.pop()) {
      try {
        await step();
      } catch (error) {
        console.error(error instanceof Error ? error.message : error);
      }
    }
  }
}
