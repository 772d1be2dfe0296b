import type { Socket } from 'node:net';

const start = /^HTTP\/1\.[01] 100(?!\d)/;
const whole = /^HTTP\/1\.[01] 100(?!\d)[^\r\n]*\r\n(?:[^\r\n]+\r\n)*\r\n/;

type Connected = readonly [error: Error, socket: null] | readonly [error: null, socket: Socket];

/**
 * Makes a new connection leave out a `100 Continue` before the first response of a connection. Some servers send one although nobody asked, and undici
 * closes the connection because of it. The first response is enough: every write has a connection of its own.
 */
export function skipContinue<C extends Connected>(callback: (...connected: C) => void): (...connected: C) => void {
  return (...connected) => {
    if (connected[1]) filterReads(connected[1]);
    callback(...connected);
  };
}

function filterReads(socket: Socket): void {
  const read = socket.read.bind(socket);
  let held = Buffer.alloc(0);
  socket.read = (size?: number): Buffer | null => {
    const chunk: Buffer | null = read(size);
    if (chunk === null) return null;
    held = Buffer.concat([held, chunk]);
    for (let text = held.toString('latin1'); ; text = held.toString('latin1')) {
      const found = whole.exec(text)?.[0];
      if (found === undefined) {
        const isUnfinished = start.test(text) || (text.length < 13 && 'HTTP/1.1 100'.startsWith(text));
        if (isUnfinished) return null;
        break;
      }
      held = held.subarray(found.length);
    }
    socket.read = read;
    return held;
  };
}
