import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** After so many bytes of large responses, what is left of them is freed. */
const everyBytes = 2 * 1024 * 1024;

/** Frees what large responses leave behind. */
interface Collector {
  /** Keeps the space for young objects as small as it is. */
  readonly prepare: () => void;
  /** Takes the bytes of a large response that is over. */
  readonly free: (bytes: number) => void;
}

/** V8 lets garbage grow with the memory of the machine: fifty long lists, one after the other, would take 300 MB. */
export function createCollector(): Collector {
  let collect: (() => void) | undefined;
  let left = 0;
  const prepare = () => {
    collect ??= findCollect();
    return collect;
  };
  return {
    prepare,
    free: (bytes) => {
      left += bytes;
      if (left < everyBytes) return;
      left = 0;
      prepare()();
    },
  };
}

/** V8's own function, and no growth of the space for young objects from now on. */
function findCollect(): () => void {
  try {
    setFlagsFromString('--semi-space-growth-factor=1');
    setFlagsFromString('--expose-gc');
    return runInNewContext('gc');
  } catch {
    // Another engine than V8.
    return () => {};
  }
}
