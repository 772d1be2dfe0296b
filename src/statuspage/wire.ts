import type { Call, Trouble } from './errors.ts';

/** One request as it goes out. `timeoutMs` bounds the whole exchange, from the look-up of the name to the last byte. */
export interface WireRequest {
  readonly method: Call['method'];
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  readonly timeoutMs: number;
  /** Ends the exchange at once, wherever it stands. */
  readonly signal: AbortSignal | undefined;
}

/** Any answer with a status, good or bad. Names of headers are in lower case. */
export interface WireReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** Sends once and follows nothing; rejects with WireFailure where no whole answer came. */
export type Send = (request: WireRequest) => Promise<WireReply>;

/** A way to the network. */
export interface Connection {
  readonly send: Send;
  /** Ends what is under way and leaves no socket behind; never hangs, never rejects. */
  readonly close: () => Promise<void>;
}

/** The troubles that need no answer to be known. */
export type WireTrouble = Extract<
  Trouble,
  'too-large' | 'timeout' | 'reset' | 'refused' | 'unknown-host' | 'certificate' | 'proxy' | 'interrupted'
>;

/** What is known of an exchange that broke. */
export interface Breakage {
  /** Whether any byte of the request may have left us. */
  readonly sent: boolean;
  readonly detail?: string | undefined;
  /** Host and port of the proxy in between, without credentials. */
  readonly proxy?: string | undefined;
  /** Whether waiting cannot mend it: a malformed setting, a proxy that says no. */
  readonly lasting?: boolean;
}

/** An exchange without a whole answer. Holds no header, no body and no cause. */
export class WireFailure extends Error {
  readonly trouble: WireTrouble;
  readonly sent: boolean;
  readonly detail: string | undefined;
  readonly proxy: string | undefined;
  readonly lasting: boolean;

  constructor(trouble: WireTrouble, breakage: Breakage) {
    super(breakage.detail === undefined ? trouble : `${trouble} (${breakage.detail})`);
    this.name = 'WireFailure';
    this.trouble = trouble;
    this.sent = breakage.sent;
    this.detail = breakage.detail;
    this.proxy = breakage.proxy;
    this.lasting = breakage.lasting ?? false;
  }
}
