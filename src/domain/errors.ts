/** Something that the user has to mend in what was given; nothing was sent because of it. Its message is for people. */
export class UserError extends Error {
  override readonly name = 'UserError';
  /** A wrong input, or the name of something that is not there. */
  readonly means: 'usage' | 'not-found';

  constructor(message: string, means: 'usage' | 'not-found' = 'usage') {
    super(message);
    this.means = means;
  }
}
