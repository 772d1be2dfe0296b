/** Something that the user has to mend in the workflow; nothing was sent because of it. Its message is for people. */
export class UserError extends Error {
  override readonly name = 'UserError';
}
