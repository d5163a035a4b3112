// A telephone's photos, before they leave.

/** A page of A4 at 300 points per inch: nobody reads more, and a photo then weighs a third. */
const SIDE = 3508;
const HEAVY = 1_500_000;
const THUMB = 48;

/** The same photo no larger than a page; whatever is no photo, or cannot be drawn here, stays as it is. */
export async function lighter(file: File): Promise<File> {
  if (file.type !== 'image/jpeg' || file.size < HEAVY) return file;
  try {
    // A browser that does not know this word refuses it: the photo then leaves whole, and the server turns it upright.
    const picture = await createImageBitmap(file, { imageOrientation: 'from-image' });
    const scale = Math.min(1, SIDE / Math.max(picture.width, picture.height));
    const canvas = drawn(picture, Math.round(picture.width * scale), Math.round(picture.height * scale));
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.85));
    return blob && blob.size < file.size ? new File([blob], file.name, { type: blob.type }) : file;
  } catch {
    return file;
  }
}

/** A small square of a picture; null when this browser cannot read it. */
export async function thumb(file: File): Promise<HTMLCanvasElement | null> {
  if (!file.type.startsWith('image/')) return null;
  try {
    const picture = await createImageBitmap(file);
    const side = Math.min(picture.width, picture.height);
    const square = await createImageBitmap(
      picture,
      (picture.width - side) / 2,
      (picture.height - side) / 2,
      side,
      side,
    );
    picture.close();
    return drawn(square, 2 * THUMB, 2 * THUMB);
  } catch {
    return null;
  }
}

function drawn(picture: ImageBitmap, width: number, height: number): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width, height });
  canvas.getContext('2d')?.drawImage(picture, 0, 0, width, height);
  picture.close();
  return canvas;
}
