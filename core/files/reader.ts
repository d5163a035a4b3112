import path from 'node:path';
import { Worker } from 'node:worker_threads';

/** The largest photo of a telephone today has 50 million points. */
export const POINTS = 60_000_000;
/** Long side of a preview. */
export const PAGE_SIDE = 1400;

export interface Question {
  work: 'pages' | 'page' | 'heic';
  bytes: Uint8Array;
  page?: number;
}
export type Told =
  | { state: 'open'; pages: number }
  | { state: 'drawn'; jpeg: Uint8Array }
  | { state: 'unpacked'; data: Uint8ClampedArray; width: number; height: number }
  | { state: 'locked' | 'damaged' | 'none' };

/** Reads strangers' files in a thread, one at a time, with an end to its patience. @throws when there is no answer. */
export interface Reader {
  /** @param bytes asked for when its turn has come, so that who waits takes no memory. */
  ask(question: Omit<Question, 'bytes'>, bytes: () => Promise<Uint8Array>): Promise<Told>;
}

/**
 * @param options.seconds from the moment it is asked, the waiting included.
 * @param options.rest how long the thread waits for the next question before it goes, with the memory it took.
 */
export function reader({ seconds, rest }: { seconds: number; rest: number }): Reader {
  let worker: Worker | null = null;
  let before: Promise<unknown> = Promise.resolve();
  let leaving: NodeJS.Timeout | undefined;
  const leave = () => {
    void worker?.terminate();
    worker = null;
  };
  async function answer(question: Omit<Question, 'bytes'>, open: () => Promise<Uint8Array>, end: number) {
    if (Date.now() > end) throw new Error('waited too long');
    clearTimeout(leaving);
    const bytes = await open();
    worker ??= thread();
    try {
      const { told, used } = await said(worker, { ...question, bytes }, end - Date.now());
      if (used > GREEDY) leave();
      return told;
    } catch (error) {
      leave();
      throw error;
    } finally {
      leaving = setTimeout(leave, rest).unref();
    }
  }
  return {
    ask(question, bytes) {
      const end = Date.now() + seconds * 1000;
      const turn = before.then(() => answer(question, bytes, end));
      before = turn.catch(() => {});
      return turn;
    },
  };
}

const THREAD = path.join(import.meta.dirname, 'reader-thread.ts');
/** A thread that took more than this gives it back at once. */
const GREEDY = 150_000_000;

function said(worker: Worker, question: Question, patience: number): Promise<{ told: Told; used: number }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ told: Told; used: number }>();
  const late = setTimeout(() => reject(new Error('no answer in time')), patience);
  const hear = (message: { told: Told; used: number; error?: string }) =>
    message.error ? reject(new Error(message.error)) : resolve(message);
  const gone = () => reject(new Error('the reader broke down'));
  worker.once('message', hear).once('error', reject).once('exit', gone);
  worker.ref();
  worker.postMessage(question);
  return promise.finally(() => {
    clearTimeout(late);
    worker.off('message', hear).off('error', reject).off('exit', gone).unref();
  });
}

function thread(): Worker {
  const made = new Worker(THREAD, { resourceLimits: { maxOldGenerationSizeMb: 128 }, stdout: true, stderr: true });
  // One that breaks down while nobody asks is told by nobody, and must not take the server with it.
  return made.on('error', () => {});
}

/** For what somebody waits for: is this PDF readable, what does a page look like. */
export const pdfReader = reader({ seconds: 15, rest: 60_000 });
/** For photos of telephones, in a job; a large one takes 400 MB for two seconds. */
export const photoReader = reader({ seconds: 120, rest: 0 });
