import type { Config } from '../../config/config.ts';
import { folderStore } from './folder-store.ts';
import type { Store } from './store.ts';

/** The store of FILES_URL. What speaks with S3 is loaded only by a house that has a bucket: it takes a fifth of a second. */
export async function openStore({ filesFolder, filesBucket }: Readonly<Config>): Promise<Store> {
  const folder = folderStore(filesFolder);
  if (!filesBucket) return folder;
  const { bucketStore } = await import('./bucket-store.ts');
  return bucketStore(filesBucket, folder);
}
