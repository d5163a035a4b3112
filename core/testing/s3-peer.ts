import { createHash, createHmac, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

const KEY_ID = 'AKIAPREAU';
const KEY = 'clé du seau, de test';
const BUCKET = 'seau-ecoles';
const REGION = 'fr-par';

/** A store that speaks S3 over HTTP as its documentation says it: signatures, fingerprints and pages of names are checked. */
export interface S3Peer {
  /** Settings of a house whose files lie here, under `prefix`. */
  env(prefix?: string): { FILES_URL: string; AWS_ACCESS_KEY_ID: string; AWS_SECRET_ACCESS_KEY: string };
  objects: Map<string, { bytes: Buffer; at: Date }>;
  /** Uploads in parts that are neither completed nor given up. */
  uploads: Map<string, Map<number, Buffer>>;
  /** What comes first to a request; false when it has answered, or broken the connection, itself. */
  before: (request: IncomingMessage, answer: ServerResponse) => boolean;
  close(): Promise<void>;
}

class Fault extends Error {
  readonly status: number;
  constructor(status: number, code: string) {
    super(code);
    this.status = status;
  }
}

/** @param page names told at a time: a thousand in the real ones. */
export async function startS3Peer(page = 1000): Promise<S3Peer> {
  const objects: S3Peer['objects'] = new Map();
  const uploads: S3Peer['uploads'] = new Map();
  const server = createServer((request, answer) => {
    if (!peer.before(request, answer)) return;
    serve(request, answer).catch((error) => {
      const status = error instanceof Fault ? error.status : 500;
      send(answer, status, request.method === 'HEAD' ? '' : `<Error><Code>${text(error.message)}</Code></Error>`);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const peer: S3Peer = {
    objects,
    uploads,
    before: () => true,
    env: (prefix = '') => ({
      FILES_URL: `s3://${BUCKET}/${prefix}?region=${REGION}&endpoint=http://127.0.0.1:${port}`,
      AWS_ACCESS_KEY_ID: KEY_ID,
      AWS_SECRET_ACCESS_KEY: KEY,
    }),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return peer;

  async function serve(request: IncomingMessage, answer: ServerResponse): Promise<void> {
    const body = await buffer(request);
    check(request, body);
    const url = new URL(request.url as string, 'http://peer');
    const [, bucket, ...rest] = decodeURIComponent(url.pathname).split('/');
    const key = rest.join('/');
    if (bucket !== BUCKET) throw new Fault(404, 'NoSuchBucket');
    const asked = url.searchParams;
    const upload = asked.get('uploadId');
    if (!key && request.method === 'GET') return send(answer, 200, list(asked));
    if (upload !== null || asked.has('uploads')) return send(answer, 200, parts(request, key, upload, body), tag(body));
    if (request.method === 'PUT') {
      objects.set(key, { bytes: body, at: new Date() });
      return send(answer, 200, '', tag(body));
    }
    if (request.method === 'DELETE') {
      objects.delete(key);
      return send(answer, 204, '');
    }
    const found = objects.get(key);
    if (!found) throw new Fault(404, 'NoSuchKey');
    const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
    const bytes = from ? found.bytes.subarray(Number(from), to ? Number(to) + 1 : undefined) : found.bytes;
    answer.setHeader('Content-Length', bytes.length);
    send(answer, from ? 206 : 200, request.method === 'HEAD' ? '' : bytes, {
      ...tag(found.bytes),
      'Last-Modified': found.at.toUTCString(),
    });
  }

  function list(asked: URLSearchParams): string {
    const prefix = asked.get('prefix') ?? '';
    const delimiter = asked.get('delimiter');
    const names = new Set<string>();
    for (const key of [...objects.keys()].sort()) {
      if (!key.startsWith(prefix)) continue;
      const end = delimiter ? key.indexOf(delimiter, prefix.length) : -1;
      names.add(end < 0 ? key : key.slice(0, end + 1));
    }
    const after = asked.get('continuation-token') ?? '';
    const left = [...names].filter((name) => name > after);
    const told = left.slice(0, page);
    const lines = told.map((name) => {
      const found = objects.get(name);
      if (!found) return `<CommonPrefixes><Prefix>${text(name)}</Prefix></CommonPrefixes>`;
      return `<Contents><Key>${text(name)}</Key><LastModified>${found.at.toISOString()}</LastModified><Size>${found.bytes.length}</Size></Contents>`;
    });
    const next =
      told.length < left.length ? `<NextContinuationToken>${text(told.at(-1) as string)}</NextContinuationToken>` : '';
    return `<ListBucketResult><IsTruncated>${!!next}</IsTruncated>${next}${lines.join('')}</ListBucketResult>`;
  }

  function parts({ method, url }: IncomingMessage, key: string, upload: string | null, body: Buffer): string {
    if (upload === null) {
      const id = randomUUID();
      uploads.set(id, new Map());
      return `<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`;
    }
    const held = uploads.get(upload);
    if (!held) throw new Fault(404, 'NoSuchUpload');
    if (method === 'PUT') {
      held.set(Number(new URL(url as string, 'http://peer').searchParams.get('partNumber')), body);
      return '';
    }
    uploads.delete(upload);
    if (method === 'DELETE') return '';
    const named = [...body.toString().matchAll(/<Part>.*?<\/Part>/gs)].map(([part]) => ({
      number: Number(/<PartNumber>(\d+)</.exec(part)?.[1]),
      etag: /<ETag>(?:"|&quot;)?(\w+)/.exec(part)?.[1],
    }));
    const whole = named.map(({ number, etag }, at) => {
      const bytes = held.get(number);
      if (!bytes || md5(bytes).toString('hex') !== etag) throw new Fault(400, 'InvalidPart');
      // Only the last may be small.
      if (at < named.length - 1 && bytes.length < 5_242_880) throw new Fault(400, 'EntityTooSmall');
      return bytes;
    });
    objects.set(key, { bytes: Buffer.concat(whole), at: new Date() });
    return '<CompleteMultipartUploadResult/>';
  }
}

/** Signature version 4, from what came on the wire; then that the body is the one that was meant. */
function check({ method, url, headers }: IncomingMessage, body: Buffer): void {
  const told =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=(\w+)$/.exec(
      headers.authorization ?? '',
    );
  if (!told) throw new Fault(403, 'AccessDenied');
  const [, id, day, region, signed = '', signature] = told as unknown as string[];
  if (id !== KEY_ID) throw new Fault(403, 'InvalidAccessKeyId');
  if (region !== REGION) throw new Fault(400, 'AuthorizationHeaderMalformed');
  const [path, query = ''] = (url as string).split('?');
  const asked = query.split('&').map((one) => (one && !one.includes('=') ? `${one}=` : one));
  const names = signed.split(';');
  const hash = headers['x-amz-content-sha256'] as string;
  const lines = names.map((name) => `${name}:${headers[name]}\n`).join('');
  const canonical = [method, path, asked.sort().join('&'), lines, signed, hash].join('\n');
  const scope = `${day}/${region}/s3/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, sha256(canonical)].join('\n');
  const key = [day as string, region as string, 's3', 'aws4_request'].reduce(hmac, Buffer.from(`AWS4${KEY}`));
  if (hmac(key, toSign).toString('hex') !== signature) throw new Fault(403, 'SignatureDoesNotMatch');
  if (hash !== 'UNSIGNED-PAYLOAD' && hash !== sha256(body)) throw new Fault(400, 'XAmzContentSHA256Mismatch');
  const sum = headers['content-md5'];
  if (sum && sum !== md5(body).toString('base64')) throw new Fault(400, 'BadDigest');
}

const hmac = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
const sha256 = (bytes: string | Buffer): string => createHash('sha256').update(bytes).digest('hex');
const md5 = (bytes: Buffer): Buffer => createHash('md5').update(bytes).digest();
const tag = (bytes: Buffer) => ({ ETag: `"${md5(bytes).toString('hex')}"` });
const text = (value: string) => value.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

function send(answer: ServerResponse, status: number, body: string | Buffer, headers: Record<string, string> = {}) {
  answer.writeHead(status, headers).end(body);
}
