/** Where a program runs: as a step on GitHub's runner, or as a command on a terminal, in a script or in another CI. */
export type Place = 'runner' | 'terminal';
