import type { HelpPage } from './pages.ts';
import { wordsOf } from './words.ts';

type Vector = Map<string, number>;

/**
 * For each page the others, the nearest first: the same module, the same screen, the same words (F18-2). Nobody keeps a
 * list by hand; a page of a new module finds its neighbours by itself.
 */
export function neighbours(pages: HelpPage[]): (page: HelpPage) => HelpPage[] {
  const counts = pages.map(countsOf);
  const spread = new Map<string, number>();
  for (const count of counts) for (const word of count.keys()) spread.set(word, (spread.get(word) ?? 0) + 1);
  const vectors = new Map(
    pages.map((page, at) => {
      const weighed: Vector = new Map();
      for (const [word, count] of counts[at] as Vector)
        weighed.set(word, Math.log(1 + count) * Math.log(pages.length / (spread.get(word) as number)));
      return [page, weighed];
    }),
  );
  const ranked = new Map<HelpPage, HelpPage[]>();
  return (page) => {
    const known = ranked.get(page);
    if (known) return known;
    const near = (other: HelpPage) =>
      alike(vectors.get(page) as Vector, vectors.get(other) as Vector) +
      (other.plugin === page.plugin ? 0.15 : 0) +
      (other.plugin === page.plugin && beginning(other) === beginning(page) ? 0.15 : 0);
    const list = pages
      .filter((other) => other.title !== page.title)
      .map((other) => ({ other, score: near(other) }))
      .sort((a, b) => b.score - a.score)
      .map(({ other }) => other);
    ranked.set(page, list);
    return list;
  };
}

/** The screen of a window: `etiquettes` of `etiquettes-modeles`. */
const beginning = ({ page }: HelpPage) => page.split('-')[0];

function countsOf({ title, summary, sentences }: HelpPage): Vector {
  const counts: Vector = new Map();
  for (const word of [...wordsOf(title), ...wordsOf(title), ...wordsOf(summary), ...sentences.flatMap(wordsOf)])
    counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

/** Cosine of two texts. */
function alike(a: Vector, b: Vector): number {
  let shared = 0;
  for (const [word, weight] of a) shared += weight * (b.get(word) ?? 0);
  return shared / (length(a) * length(b) || 1);
}
const length = (vector: Vector) => Math.sqrt([...vector.values()].reduce((sum, weight) => sum + weight * weight, 0));
