/**
 * What becomes of a request, told without a socket: a server acts it out, a virtual clock's network reads it.
 * `worked` says whether the request took effect although the client cannot know.
 */
export type Outcome =
  | { readonly kind: 'reply'; readonly response: Response }
  /** The connection is torn down before the first byte of an answer. */
  | { readonly kind: 'reset'; readonly worked: boolean }
  /** Nothing ever comes, and the connection stays open. */
  | { readonly kind: 'silence'; readonly worked: boolean }
  /** `response` promises more bytes in its `content-length` than its body holds; after those the connection is torn down. */
  | { readonly kind: 'cut-off'; readonly response: Response };
