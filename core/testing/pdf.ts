import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import * as mupdf from 'mupdf';
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';

/** A PDF as a reader and a scanner see it. */
export interface OpenPdf {
  pages: number;
  title: string;
  language: string;
  tagged: boolean;
  /** Width and height of a page, in points. */
  size(page: number): [width: number, height: number];
  /** A page as a PNG. */
  picture(page: number, dpi?: number): Buffer;
  text(page: number): string;
  /** Share of dark dots in a rectangle told in millimetres: what the text layer says may be blank on paper (case B19). */
  ink(page: number, box: [left: number, top: number, right: number, bottom: number]): number;
  /** Every QR code of a page, from top left to bottom right. */
  codes(page: number, dpi?: number): Promise<ReadQr[]>;
}

/** What a phone reads, and the middle of the code in millimetres from the page's top left. */
export interface ReadQr {
  text: string;
  x: number;
  y: number;
}

const INK_DPI = 300;

let ready = false;
/** The decoder's own file: by default it would be fetched from a network. */
function prepare(): void {
  if (ready) return;
  const file = createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm');
  prepareZXingModule({ overrides: { wasmBinary: new Uint8Array(readFileSync(file)).buffer } });
  ready = true;
}

/** Opens a PDF for a test: drawn by mupdf, its codes read by zxing, both without any program of the machine. */
export function openPdf(bytes: Buffer): OpenPdf {
  const document = mupdf.Document.openDocument(bytes, 'application/pdf') as mupdf.PDFDocument;
  const root = document.getTrailer().get('Root');
  const pixmap = (page: number, dpi: number) =>
    document.loadPage(page).toPixmap(mupdf.Matrix.scale(dpi / 72, dpi / 72), mupdf.ColorSpace.DeviceGray, false);
  const inked = new Map<number, mupdf.Pixmap>();
  return {
    pages: document.countPages(),
    title: document.getMetaData('info:Title') ?? '',
    language: root.get('Lang').isNull() ? '' : root.get('Lang').asString(),
    tagged: !root.get('StructTreeRoot').isNull(),
    size(page) {
      const [x0, y0, x1, y1] = document.loadPage(page).getBounds();
      return [x1 - x0, y1 - y0];
    },
    picture: (page, dpi = 96) => Buffer.from(pixmap(page, dpi).asPNG()),
    text: (page) => document.loadPage(page).toStructuredText('').asText(),
    ink(page, [left, top, right, bottom]) {
      const drawn = inked.get(page) ?? pixmap(page, INK_DPI);
      inked.set(page, drawn);
      const dots = (mm: number) => Math.round((mm / 25.4) * INK_DPI);
      const [grey, width] = [drawn.getPixels(), drawn.getWidth()];
      let dark = 0;
      for (let y = dots(top); y < dots(bottom); y++)
        for (let x = dots(left); x < dots(right); x++) if ((grey[y * width + x] ?? 255) < 128) dark += 1;
      return dark / ((dots(bottom) - dots(top)) * (dots(right) - dots(left)));
    },
    async codes(page, dpi = 150) {
      prepare();
      const drawn = pixmap(page, dpi);
      const data = new Uint8ClampedArray(drawn.getWidth() * drawn.getHeight() * 4).fill(255);
      for (const [at, grey] of drawn.getPixels().entries()) data.fill(grey, at * 4, at * 4 + 3);
      const image = { data, width: drawn.getWidth(), height: drawn.getHeight(), colorSpace: 'srgb' };
      const read = await readBarcodes(image as ImageData, { formats: ['QRCode'], maxNumberOfSymbols: 255 });
      // Drawing takes seconds: a connection the server closed meanwhile is heard of before anybody uses it again.
      await new Promise(setImmediate);
      const mm = (dots: number) => (dots / dpi) * 25.4;
      return read
        .map(({ text, position: { topLeft, bottomRight } }) => ({
          text,
          x: mm((topLeft.x + bottomRight.x) / 2),
          y: mm((topLeft.y + bottomRight.y) / 2),
        }))
        .sort((a, b) => Math.round((a.y - b.y) / 10) || a.x - b.x);
    },
  };
}
