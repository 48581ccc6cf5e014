/** Has an identity: a second copy of the module has another one. */
export const LATER = {};
