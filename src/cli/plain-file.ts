import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, type Stats, statSync } from 'node:fs';

/** A path that is no plain file of a modest size. The message is a clause that follows the path, such as `is a device`. */
export class UnfitFileError extends Error {
  override readonly name = 'UnfitFileError';
}

/**
 * The text of a plain file, or of the plain file that a link points to; undefined if nothing is there. Never waits for a writer, and
 * never reads more than `mostBytes`. Throws UnfitFileError.
 */
export function readPlainFile(path: string, mostBytes: number): string | undefined {
  try {
    // Opening a device or a FIFO may already have an effect, so look first.
    const found = statSync(path, { throwIfNoEntry: false });
    if (found === undefined) {
      if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return undefined;
      throw new UnfitFileError('is a link to a file that is not there');
    }
    refuseUnfit(found, mostBytes);
    return readOpened(path, mostBytes);
  } catch (error) {
    if (error instanceof UnfitFileError) throw error;
    throw new UnfitFileError(`cannot be read (${codeOf(error)})`);
  }
}

function readOpened(path: string, mostBytes: number): string {
  // Windows has neither flag. On other systems a FIFO that replaced the file meanwhile does not block us.
  const { O_RDONLY, O_NONBLOCK = 0, O_NOCTTY = 0 } = constants;
  const file = openSync(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  try {
    refuseUnfit(fstatSync(file), mostBytes);
    const bytes = Buffer.alloc(mostBytes + 1);
    let length = 0;
    for (let read = -1; read !== 0 && length < bytes.length; length += read) {
      read = readSync(file, bytes, length, bytes.length - length, null);
    }
    if (length > mostBytes) throw new UnfitFileError(describeSize(mostBytes));
    return bytes.toString('utf8', 0, length);
  } finally {
    closeSync(file);
  }
}

function refuseUnfit(found: Stats, mostBytes: number): void {
  if (found.isDirectory()) throw new UnfitFileError('is a folder');
  if (found.isFIFO()) throw new UnfitFileError('is a pipe');
  if (found.isSocket()) throw new UnfitFileError('is a socket');
  if (!found.isFile()) throw new UnfitFileError('is a device');
  if (found.size > mostBytes) throw new UnfitFileError(describeSize(mostBytes));
}

function describeSize(mostBytes: number): string {
  return `is larger than ${mostBytes / 1024} KiB`;
}

/** The code of a system error, such as `ENOENT`. */
export function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error);
}
