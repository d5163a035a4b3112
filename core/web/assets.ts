import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Middleware } from 'koa';
import { transform } from 'lightningcss';
import { assetName, helpPictures } from '../help-base/pictures.ts';
import { colouredSheet, sampleSheet, themeCss } from '../looks/sheets.ts';
import type { Loaded } from '../plugin/load.ts';
import type { Theme } from '../views/themes.ts';

const TYPES: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.png': 'image/png',
  '.webp': 'image/webp',
};

/** Browsers the pages are dressed for (DESIGN section 20); older ones get the pages without the dress. */
const TARGETS = { safari: 15 << 16, chrome: 90 << 16, firefox: 91 << 16 };

export interface Assets {
  /** '/assets/<hash>/icons.svg': the address changes with the content, so that it may be kept for a year. */
  url(name: string): string;
  /** The drawing of one icon of the sprite, for pages that must be light. */
  icon(name: string): string;
  /** Styles of printed pages with their font inside: a page on its way to PDF reaches no network. */
  print: string;
  serve: Middleware;
}

/**
 * Everything the pages load: `style/<theme>.css` (tokens, components and the theme's own block in one file), fonts,
 * icons, htmx, our small scripts, and each plugin's `public/` under its name.
 */
export function loadAssets(root: string, themes: Map<string, Theme>, loaded: Loaded[]): Assets {
  const sources = new Map<string, string>();
  const base = path.join(root, 'themes', 'base');
  for (const name of readdirSync(path.join(base, 'fonts')))
    if (name.endsWith('.woff2')) sources.set(`fonts/${name}`, path.join(base, 'fonts', name));
  sources.set('icons.svg', path.join(base, 'icons.svg'));
  sources.set('htmx.js', path.join(root, 'node_modules/htmx.org/dist/htmx.min.js'));
  sources.set('squire.js', path.join(root, 'node_modules/squire-rte/dist/squire.mjs'));
  for (const name of readdirSync(path.join(root, 'core/public')))
    if (!name.endsWith('.test.ts')) sources.set(name, path.join(root, 'core/public', name));
  for (const { plugin, folder } of loaded) {
    const home = folder && path.join(folder, 'public');
    if (home && existsSync(home))
      for (const name of readdirSync(home)) sources.set(`${plugin.name}/${name}`, path.join(home, name));
  }
  for (const picture of helpPictures(root, loaded)) sources.set(assetName(picture), picture.file);
  const bodies = new Map<string, Buffer>();
  for (const [name, file] of sources)
    bodies.set(
      name.replace(/\.ts$/, '.js'),
      name.endsWith('.ts') ? Buffer.from(stripTypeScriptTypes(readFileSync(file, 'utf8'))) : readFileSync(file),
    );
  for (const theme of themes.values()) bodies.set(`style/${theme.name}.css`, style(theme, themes, root));
  bodies.set('style/themes.css', lowered('themes.css', sampleSheet(themes)));

  const hash = createHash('sha256');
  for (const [name, body] of [...bodies].sort(([a], [b]) => (a < b ? -1 : 1))) hash.update(name).update(body);
  const prefix = `/assets/${hash.digest('hex').slice(0, 12)}/`;
  const sprite = new Map(
    [...(bodies.get('icons.svg') as Buffer).toString().matchAll(/<symbol id="([^"]+)"[^>]*>(.*?)<\/symbol>/gs)].map(
      ([, name, body]) => [name, body],
    ),
  );
  const packed = new Map<string, Promise<Buffer>>();
  const packedInColour = new Map<string, Promise<Buffer>>();

  /** `style/vert-1f6148.css`: the theme's own sheet with the colour of a school after it. */
  function painted(name: string): Buffer | undefined {
    const [, sheet = ''] = /^style\/(.*)\.css$/.exec(name) ?? [];
    const coloured = colouredSheet(sheet, themes);
    if (!coloured) return;
    const { over, block } = coloured;
    return Buffer.concat([over ? (bodies.get(`style/${over}.css`) as Buffer) : Buffer.of(), Buffer.from(block)]);
  }

  return {
    url: (name) => prefix + name,
    icon: (name) => sprite.get(name) ?? '',
    print: printStyle(base),
    async serve(ctx, next) {
      if (!ctx.path.startsWith('/assets/') || (ctx.method !== 'GET' && ctx.method !== 'HEAD')) return next();
      const name = ctx.path.split('/').slice(3).join('/');
      const body = bodies.get(name) ?? painted(name);
      if (!body) return next();
      ctx.type = TYPES[path.extname(name)] ?? 'application/octet-stream';
      // An old address still answers (a page open during an update), but is not kept.
      ctx.set('Cache-Control', ctx.path.startsWith(prefix) ? 'public, max-age=31536000, immutable' : 'no-store');
      ctx.vary('Accept-Encoding');
      const coding = /\.(?:woff2|webp)$/.test(name) ? false : ctx.acceptsEncodings('br', 'gzip', 'identity');
      if (coding !== 'br' && coding !== 'gzip') {
        ctx.body = body;
        return;
      }
      const key = `${coding} ${name}`;
      const kept = bodies.has(name) ? packed : packedInColour;
      if (!kept.has(key)) kept.set(key, pack(coding, body, kept === packed));
      if (packedInColour.size > COLOURED) packedInColour.delete(packedInColour.keys().next().value as string);
      ctx.set('Content-Encoding', coding);
      ctx.body = await kept.get(key);
    },
  };
}

/** What is known at start is packed as well as can be; a colour anybody may ask for costs little. */
const pack = (coding: 'br' | 'gzip', body: Buffer, well: boolean): Promise<Buffer> =>
  coding === 'br'
    ? promisify(brotliCompress)(body, { params: { [constants.BROTLI_PARAM_QUALITY]: well ? 10 : 5 } })
    : promisify(gzip)(body, { level: well ? 9 : 6 });

/** Packed sheets of schools with a colour, about 15 kB each: anybody may ask for any, so the oldest go. */
const COLOURED = 200;

/** One stylesheet per theme: the base's tokens and components, then the blocks of the theme's parents and its own. */
function style(theme: Theme, themes: Map<string, Theme>, root: string): Buffer {
  const files = [path.join(root, 'themes/base/theme.css'), path.join(root, 'themes/base/components.css')];
  const source = files.map((file) => readFileSync(file, 'utf8')).join('\n');
  return lowered(`${theme.name}.css`, `${source}\n${themeCss(theme, themes, `[data-theme="${theme.name}"]`)}`);
}

const lowered = (filename: string, source: string): Buffer =>
  Buffer.from(transform({ filename, code: Buffer.from(source), minify: true, targets: TARGETS }).code);

function printStyle(base: string): string {
  const face = (file: string, range = '') => {
    const font = readFileSync(path.join(base, 'fonts', file)).toString('base64');
    return `@font-face { font-family: "Atkinson Hyperlegible Next"; font-weight: 400 700; src: url(data:font/woff2;base64,${font}) format("woff2");${range} }\n`;
  };
  // Latin letters beyond French stand in the second file, as on the screen.
  const beyond = ' unicode-range: U+0100-0151, U+0154-0177, U+0179-017F, U+0218-021B;';
  const faces = face('atkinson-next-fr.woff2') + face('atkinson-next-ext.woff2', beyond);
  return faces + readFileSync(path.join(base, 'print.css'), 'utf8');
}
