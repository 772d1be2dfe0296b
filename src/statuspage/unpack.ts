import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, inflateRaw } from 'node:zlib';

/** The longest reply that is read. A list of ten thousand windows needs two thirds of it. */
export const longestReplyBytes = 6 * 1024 * 1024;

/**
 * The text of a body, unpacked if it was compressed although the request did not ask for that: some proxies do so. Rejects
 * with `too-large` if it unpacks to more than the longest reply, and with an error if it cannot be unpacked.
 */
export async function readBody(chunks: readonly Buffer[], contentEncoding = ''): Promise<string> {
  const codings = contentEncoding.split(',').map((coding) => coding.trim().toLowerCase());
  let body = Buffer.concat(chunks);
  try {
    // The last coding was applied last.
    for (const coding of codings.reverse()) {
      if (body.length > 0) body = await unpackOne(body, coding, { maxOutputLength: longestReplyBytes });
    }
  } catch (error) {
    throw (error as { readonly code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE' ? 'too-large' : error;
  }
  return new TextDecoder().decode(body);
}

async function unpackOne(
  body: Buffer<ArrayBuffer>,
  coding: string,
  options: { readonly maxOutputLength: number },
): Promise<Buffer<ArrayBuffer>> {
  switch (coding) {
    case '':
    case 'identity':
      return body;
    case 'gzip':
    case 'x-gzip':
      return promisify(gunzip)(body, options);
    case 'deflate':
      // Some servers leave out the header that the standard asks for.
      return promisify(((body[0] ?? 0) & 0x0f) === 8 ? inflate : inflateRaw)(body, options);
    case 'br':
      return promisify(brotliDecompress)(body, options);
    default:
      throw Object.assign(new Error(), { code: `content-encoding ${coding}` });
  }
}
