/** The ways in which a command may exit: the words that its errors carry as JSON, and the exit codes of the command line. */
export const exitCodes = {
  done: 0,
  failed: 1,
  usage: 2,
  'gate-closed': 3,
  'key-refused': 4,
  'scope-missing': 5,
  'not-found': 6,
  'rate-limited': 7,
  unreachable: 8,
  interrupted: 130,
} as const;
export type Exit = keyof typeof exitCodes;
