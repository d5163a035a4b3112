import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Loaded } from '../plugin/load.ts';

/** A picture of a screen, beside the help page that shows it. */
export interface Picture {
  /** Of the module whose page shows it. */
  plugin: string;
  name: string;
  file: string;
  width: number;
  height: number;
}

/** What `{{> aide/image images.NAME}}` needs. */
export interface Shown {
  src: string;
  width: number;
  height: number;
  loading: 'lazy' | 'eager';
}

/** Every picture of help of the house: `core/help/<plugin>/*.webp` and `<module>/help/*.webp`. */
export function helpPictures(root: string, loaded: Pick<Loaded, 'plugin' | 'folder'>[]): Picture[] {
  const core = path.join(root, 'core/help');
  const folders = [
    ...readdirSync(core).map((plugin) => ({ plugin, folder: path.join(core, plugin) })),
    ...loaded.flatMap(({ plugin, folder }) =>
      folder ? [{ plugin: plugin.name, folder: path.join(folder, 'help') }] : [],
    ),
  ];
  return folders
    .filter(({ folder }) => existsSync(folder))
    .flatMap(({ plugin, folder }) =>
      readdirSync(folder)
        .filter((name) => name.endsWith('.webp'))
        .map((name) => readPicture(plugin, path.join(folder, name))),
    );
}

function readPicture(plugin: string, file: string): Picture {
  return { plugin, name: path.basename(file, '.webp'), file, ...sizeOf(readFileSync(file)) };
}

/** Name of a picture among the assets. */
export const assetName = ({ plugin, name }: Pick<Picture, 'plugin' | 'name'>): string => `help/${plugin}/${name}.webp`;

/** The pictures of one module's pages, by name; for print they travel inside the page. */
export function shownPictures(
  pictures: Picture[],
  plugin: string,
  asset: ((name: string) => string) | null,
): Record<string, Shown> {
  return Object.fromEntries(
    pictures
      .filter((one) => one.plugin === plugin)
      .map((one) => {
        const { width, height } = one;
        const src = asset ? asset(assetName(one)) : `data:image/webp;base64,${readFileSync(one.file, 'base64')}`;
        return [one.name, { src, width, height, loading: asset ? ('lazy' as const) : ('eager' as const) }];
      }),
  );
}

/** Width and height as the header of a WebP tells them, in its three forms. */
function sizeOf(bytes: Buffer): { width: number; height: number } {
  const form = bytes.toString('latin1', 12, 16);
  if (form === 'VP8 ') return { width: bytes.readUInt16LE(26) & 0x3fff, height: bytes.readUInt16LE(28) & 0x3fff };
  if (form === 'VP8X') return { width: bytes.readUIntLE(24, 3) + 1, height: bytes.readUIntLE(27, 3) + 1 };
  const bits = bytes.readUInt32LE(21);
  return { width: (bits & 0x3fff) + 1, height: ((bits >> 14) & 0x3fff) + 1 };
}
