// Replaces `@actions/exec` in the bundle: `@actions/core` has it to ask which system it runs on, which nothing here does.
export const getExecOutput = undefined;
