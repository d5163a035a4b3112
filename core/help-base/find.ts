import { closeness, wordsOf } from './words.ts';

/** What is searched: a title weighs more than a summary, a summary more than the rest. */
export interface Searched {
  title: string;
  summary: string;
  sentences: string[];
}
export interface Found<T> {
  one: T;
  score: number;
  /** The sentence that answers best. */
  sentence: string;
}
export type Finder<T> = (typed: string) => Found<T>[];

const MOST = 100;

/**
 * Finds texts by words, best first, forgiving accents, plurals and slips of the finger (F18-3). A text holds every word
 * asked; when none does, those that hold most of them.
 */
export function finder<T extends Searched>(all: T[]): Finder<T> {
  const weights = new Map<string, Map<number, number>>();
  const put = (at: number, text: string, weight: number) => {
    for (const word of wordsOf(text)) {
      const where = weights.get(word) ?? new Map<number, number>();
      where.set(at, Math.min(MOST, (where.get(at) ?? 0) + weight));
      weights.set(word, where);
    }
  };
  for (const [at, { title, summary, sentences }] of all.entries()) {
    put(at, title, 12);
    put(at, summary, 3);
    for (const sentence of sentences) put(at, sentence, 1);
  }

  /** Texts that hold this word, or, when nobody wrote it so, those nearest to it. */
  function holding(asked: string): Map<number, number> {
    const scores = new Map<number, number>();
    const known = weights.has(asked);
    for (const [word, where] of weights) {
      const close = closeness(asked, word);
      if (!close || (known && close < 0.8)) continue;
      const rare = Math.log(1 + all.length / where.size);
      for (const [at, weight] of where)
        scores.set(at, Math.max(scores.get(at) ?? 0, close * rare * Math.log(1 + weight)));
    }
    return scores;
  }

  return (typed) => {
    const asked = [...new Set(wordsOf(typed))].slice(0, 8);
    const holders = asked.map(holding);
    const held = all.map((_, at) => holders.filter((one) => one.has(at)).length);
    const most = Math.max(0, ...held);
    if (!most || most < asked.length / 2) return [];
    return all
      .map((one, at) => ({ one, at, score: holders.reduce((sum, scores) => sum + (scores.get(at) ?? 0), 0) }))
      .filter(({ at }) => held[at] === most)
      .sort((a, b) => b.score - a.score || a.at - b.at)
      .map(({ one, score }) => ({ one, score, sentence: answering(one, asked) }));
  };
}

/** The first of the sentences that hold most of what is asked. */
function answering({ summary, sentences }: Searched, asked: string[]): string {
  let best = { sentence: summary, held: heldBy(summary, asked) };
  for (const sentence of sentences) {
    const held = heldBy(sentence, asked);
    if (held > best.held) best = { sentence, held };
  }
  return best.sentence;
}

function heldBy(sentence: string, asked: string[]): number {
  const words = wordsOf(sentence);
  return asked.reduce((sum, one) => sum + Math.max(0, ...words.map((word) => closeness(one, word))), 0);
}
