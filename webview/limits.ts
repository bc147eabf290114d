/** The longest text or detail that the host takes, in UTF-16 units: the fields take no more (see src/vscode/pageMessage.ts). */
export const textLimit = 20_000;
