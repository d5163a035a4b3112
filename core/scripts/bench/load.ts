import { Agent, type OutgoingHttpHeaders, request } from 'node:http';

/** A page to ask for. Without Accept-Encoding both servers send the same plain bytes. */
export interface Target {
  origin: string;
  path: string;
  cookie?: string;
}

export interface Answer {
  status: number;
  location: string | null;
  body: Buffer;
  /** From the request's first byte to the answer's last. */
  ms: number;
}

/** One request by an agent that keeps its connections. */
export function ask(
  target: Target,
  agent: Agent,
  post?: { headers: OutgoingHttpHeaders; body: Buffer },
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const headers = { ...(target.cookie ? { Cookie: target.cookie } : {}), ...post?.headers };
    const call = request(target.origin + target.path, { method: post ? 'POST' : 'GET', agent, headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () =>
        resolve({
          status: answer.statusCode ?? 0,
          location: answer.headers.location ?? null,
          body: Buffer.concat(chunks),
          ms: performance.now() - began,
        }),
      );
    });
    call.on('error', reject);
    call.end(post?.body);
  });
}

export const keepAlive = (connections = 1): Agent => new Agent({ keepAlive: true, maxSockets: connections });

/** Sends a form as our own page would, and wants to be led on. @returns where to, and how long it took. */
export async function submit(
  target: Target,
  agent: Agent,
  form: FormData | URLSearchParams,
): Promise<{ to: string; ms: number }> {
  // Packed before the clock runs: it is the browser's work.
  const packed = new Response(form);
  const body = Buffer.from(await packed.arrayBuffer());
  const answer = await ask(target, agent, {
    body,
    headers: {
      'Content-Type': packed.headers.get('Content-Type') ?? '',
      'Content-Length': body.length,
      'Sec-Fetch-Site': 'same-origin',
    },
  });
  if (answer.status !== 303 || !answer.location) throw new Error(`${target.path} répond ${answer.status}, pas 303.`);
  return { to: answer.location, ms: answer.ms };
}

/** A page that must be there. */
export async function open(target: Target, agent: Agent): Promise<Answer> {
  const answer = await ask(target, agent);
  if (answer.status !== 200) throw new Error(`${target.path} répond ${answer.status}, pas 200.`);
  return answer;
}

/** A crowd of visitors of one page, each asking again as soon as it is answered; their connections stay open between two rounds. */
export interface Crowd {
  /** Requests per second over so long a round. */
  perSecond(ms: number): Promise<number>;
  leave(): void;
}

export function crowdOf(target: Target, connections: number): Crowd {
  const agent = keepAlive(connections);
  return {
    async perSecond(ms) {
      const began = performance.now();
      let answers = 0;
      const visitor = async () => {
        while (performance.now() - began < ms) {
          await open(target, agent);
          answers += 1;
        }
      };
      await Promise.all(Array.from({ length: connections }, visitor));
      return (answers * 1000) / (performance.now() - began);
    },
    leave: () => agent.destroy(),
  };
}
