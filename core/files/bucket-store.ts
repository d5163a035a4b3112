import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  S3Client,
  UploadPartCommand,
  type UploadPartCommandInput,
} from '@aws-sdk/client-s3';
import { Disk } from 'flydrive';
import { S3Driver } from 'flydrive/drivers/s3';
import type { Bucket } from '../../config/config.ts';
import { ARRIVALS, NoSuchFile, type Store, StoreDown } from './store.ts';

/** Larger files, the archive of a whole school, go up in parts: a store takes 5 Go at once, and 10,000 parts. */
const PART = 25_000_000;

/**
 * Files in a bucket of an S3 store. They come into a folder of this machine first, since they are looked at before they
 * are kept; an upload that stops leaves nothing under its key.
 */
export function bucketStore(bucket: Bucket, local: Store): Store {
  const client = clientOf(bucket);
  const disk = new Disk(new S3Driver({ client, bucket: bucket.name, visibility: 'private', supportsACL: false }));
  const root = bucket.prefix && `${bucket.prefix}/`;
  const isLocal = (key: string) => key === ARRIVALS || key.startsWith(`${ARRIVALS}/`);

  /** A store answers a thousand names at a time. */
  async function* named(folder: string, recursive: boolean) {
    let paginationToken: string | undefined;
    do {
      const page = await disk.listAll(root + folder, { recursive, paginationToken }).catch(down);
      yield* page.objects;
      paginationToken = page.paginationToken;
    } while (paginationToken);
  }

  async function uploadWhole(file: string, key: string, size: number): Promise<void> {
    const body = createReadStream(file);
    try {
      await disk.putStream(root + key, body, {
        contentLength: size,
        contentType: 'application/octet-stream',
        ContentMD5: await md5(file),
      });
    } finally {
      body.destroy();
    }
  }

  async function uploadInParts(file: string, key: string, size: number): Promise<void> {
    const object = { Bucket: bucket.name, Key: root + key };
    const begun = await client.send(
      new CreateMultipartUploadCommand({ ...object, ContentType: 'application/octet-stream' }),
    );
    const upload = { ...object, UploadId: begun.UploadId };
    try {
      const Parts: { ETag?: string; PartNumber: number }[] = [];
      for (let start = 0; start < size; start += PART) {
        const range = { start, end: Math.min(start + PART, size) - 1 };
        const PartNumber = Parts.length + 1;
        const { ETag } = await twice(() => uploadPart({ ...upload, PartNumber }, file, range));
        Parts.push({ ETag, PartNumber });
      }
      await client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }));
    } catch (error) {
      await client.send(new AbortMultipartUploadCommand(upload)).catch(() => {});
      throw error;
    }
  }

  async function uploadPart(
    part: Pick<UploadPartCommandInput, 'Bucket' | 'Key' | 'UploadId' | 'PartNumber'>,
    file: string,
    range: Range,
  ) {
    const Body = createReadStream(file, range);
    try {
      const ContentLength = range.end - range.start + 1;
      return await client.send(
        new UploadPartCommand({ ...part, Body, ContentLength, ContentMD5: await md5(file, range) }),
      );
    } finally {
      Body.destroy();
    }
  }

  return {
    arrival: local.arrival,
    async settle(arrival, key) {
      const { size } = await stat(arrival);
      const upload = size > PART ? uploadInParts(arrival, key, size) : twice(() => uploadWhole(arrival, key, size));
      await upload.catch(down);
    },
    read: (key) =>
      disk.getStream(root + key).catch((error) => {
        if (nameOf(error) === 'NoSuchKey') throw new NoSuchFile(key);
        return down(error);
      }),
    drop: (key) => (isLocal(key) ? local.drop(key) : disk.delete(root + key).catch(down)),
    async folders() {
      const found = [ARRIVALS];
      for await (const one of named('', false)) if (one.isDirectory) found.push(one.name);
      return found;
    },
    async *list(folder) {
      if (isLocal(folder)) return yield* local.list(folder);
      for await (const one of named(folder, true))
        if (one.isFile) yield { key: one.key.slice(root.length), at: (await one.getMetaData()).lastModified };
    },
  };
}

interface Range {
  start: number;
  end: number;
}

function clientOf({ region, endpoint, keyId, key }: Bucket): S3Client {
  const silent = () => {};
  return new S3Client({
    region,
    endpoint: endpoint ?? undefined,
    // The bucket's name in the path: stores of other makers have no certificate for bucket.host.
    forcePathStyle: endpoint !== null,
    credentials: { accessKeyId: keyId, secretAccessKey: key },
    // Amazon's own checksums are unknown to many stores; all of them check Content-MD5.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    // A store that does not know the question would make each large file wait six seconds.
    expectContinueHeader: false,
    maxAttempts: 2,
    // Idle, not in all: a telephone may take minutes over a file. Slow readers must not shut out the others.
    requestHandler: {
      connectionTimeout: 3000,
      socketTimeout: 60_000,
      httpAgent: { maxSockets: 200 },
      httpsAgent: { maxSockets: 200 },
    },
    logger: { trace: silent, debug: silent, info: silent, warn: silent, error: silent },
  });
}

/** The client tries again by itself, but for what streams: a connection kept too long would lose a deposit. */
const twice = <T>(work: () => Promise<T>): Promise<T> => work().catch(work);

/** The store compares it with what has come. */
async function md5(file: string, range?: Range): Promise<string> {
  const hash = createHash('md5');
  await pipeline(createReadStream(file, range), hash);
  return hash.digest('base64');
}

/** flydrive wraps what the store says. */
const nameOf = (error: unknown): string | undefined => ((error as Error).cause as Error | undefined)?.name;

function down(error: unknown): never {
  throw new StoreDown(error);
}
