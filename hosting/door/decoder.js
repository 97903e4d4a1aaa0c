// Reads a QR code from a picture: by the browser where it can, else by a small decoder of our own files.

import { decodeQR } from "./vendor/qr/decode.js";

// A ticket's code has 69 modules a side; more pixels than this tell a decoder nothing, and take time.
const LONGEST_SIDE = 960;

/** A function from a `<video>` to the text of a code in it, or null. */
export async function makeDecoder() {
  const native = await nativeDecoder();
  const picture = document.createElement("canvas");
  const context = picture.getContext("2d", { willReadFrequently: true });
  return async (video) => {
    if (native) return (await native.detect(video))[0]?.rawValue ?? null;
    const scale = Math.min(1, LONGEST_SIDE / Math.max(video.videoWidth, video.videoHeight));
    picture.width = Math.round(video.videoWidth * scale);
    picture.height = Math.round(video.videoHeight * scale);
    context.drawImage(video, 0, 0, picture.width, picture.height);
    return read(context.getImageData(0, 0, picture.width, picture.height));
  };
}

/** The text of a code in an ImageData, or null. */
export function read(image) {
  try {
    return decodeQR(image);
  } catch {
    // There is no code in most pictures.
    return null;
  }
}

async function nativeDecoder() {
  if (!("BarcodeDetector" in globalThis)) return null;
  const formats = await BarcodeDetector.getSupportedFormats().catch(() => []);
  return formats.includes("qr_code") ? new BarcodeDetector({ formats: ["qr_code"] }) : null;
}
