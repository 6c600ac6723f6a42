/** A difference that stays, and why. */
export interface Accepted {
  /** Tested against `kind / theme / script / step: path`. */
  where: RegExp;
  reason: string;
}

/** Differences that no client can act upon, or that are owed to what Dormice is. */
export const accepted: readonly Accepted[] = [
  {
    where: /columnDefinitions\[\d+\]\.description$/,
    reason: 'Descriptions of table columns are our own words.',
  },
  {
    where: /serverAddressByClientCIDRs/,
    reason: 'The address of the server is its own.',
  },
  {
    where: /\/version: body\.git/,
    reason: 'The version says what answers.',
  },
];
