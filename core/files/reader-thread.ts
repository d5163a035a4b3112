import { parentPort } from 'node:worker_threads';
import { PAGE_SIDE, POINTS, type Question, type Told } from './reader.ts';

/**
 * Files of strangers are read here, in a thread of its own that may be ended at any moment: neither a file that never
 * ends nor one that asks for all the memory stops the server.
 */
const MEMORY = 700_000_000;
let used = 0;
// What WebAssembly takes lies outside of the limits Node can set for a thread.
const grow = WebAssembly.Memory.prototype.grow;
WebAssembly.Memory.prototype.grow = function (pages) {
  if (this.buffer.byteLength + pages * 65_536 > MEMORY) throw new RangeError('no memory left');
  const before = grow.call(this, pages);
  used = this.buffer.byteLength;
  return before;
};

async function openPdf(bytes: Uint8Array) {
  const mupdf = await import('mupdf');
  // It would write what it thinks of each file on the server's own console.
  mupdf.setLog({ error() {}, warning() {} });
  return { mupdf, document: mupdf.Document.openDocument(bytes, 'application/pdf') };
}

/** How many pages, none of them when it asks for a password; « damaged » is what no reader opens. */
async function pagesOf(bytes: Uint8Array): Promise<Told> {
  try {
    const { document } = await openPdf(bytes);
    if (document.needsPassword()) return { state: 'locked' };
    const pages = document.countPages();
    document.destroy();
    return pages ? { state: 'open', pages } : { state: 'damaged' };
  } catch (error) {
    if (!isItsFault(error)) throw error;
    // A lock we do not know is not damage.
    return { state: Buffer.from(bytes.buffer).includes('/Encrypt') ? 'locked' : 'damaged' };
  }
}

/** The file's, not ours: no memory and a reader that breaks down say nothing of the file. */
const isItsFault = (error: unknown) =>
  error instanceof Error &&
  !(error instanceof RangeError || error instanceof WebAssembly.RuntimeError) &&
  !/memory|malloc|alloc/i.test(error.message);

async function drawPage(bytes: Uint8Array, number: number): Promise<Told> {
  const { mupdf, document } = await openPdf(bytes);
  if (document.needsPassword() || number > document.countPages()) return { state: 'none' };
  const page = document.loadPage(number - 1);
  const [left, top, right, bottom] = page.getBounds();
  const scale = PAGE_SIDE / Math.max(right - left, bottom - top, 1);
  const pixmap = page.toPixmap(mupdf.Matrix.scale(scale, scale), mupdf.ColorSpace.DeviceRGB, false, true);
  const jpeg = pixmap.asJPEG(80);
  for (const one of [pixmap, page, document]) one.destroy();
  mupdf.emptyStore();
  return { state: 'drawn', jpeg };
}

/** A telephone's photo, upright, as bare points. */
async function unpackHeic(bytes: Uint8Array): Promise<Told> {
  const { default: libheif } = await import('libheif-js/wasm-bundle.js');
  const images = new libheif.HeifDecoder().decode(bytes);
  const image = images.find((one) => one.is_primary()) ?? images[0];
  if (!image) return { state: 'damaged' };
  const [width, height] = [image.get_width(), image.get_height()];
  if (width * height > POINTS) return { state: 'damaged' };
  const data = new Uint8ClampedArray(width * height * 4);
  const drawn = await new Promise((done) => image.display({ data, width, height }, done));
  return drawn ? { state: 'unpacked', data, width, height } : { state: 'damaged' };
}

parentPort?.on('message', async ({ work, bytes, page }: Question) => {
  try {
    const told =
      work === 'pages'
        ? await pagesOf(bytes)
        : work === 'page'
          ? await drawPage(bytes, page ?? 1)
          : await unpackHeic(bytes);
    parentPort?.postMessage({ told, used });
  } catch (error) {
    parentPort?.postMessage({ error: String(error), used });
  }
});
