/** The version of the package, as package.json has it; `npm run tables` writes it here. */
export const version = '0.1.0';
