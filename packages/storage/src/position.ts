import type { Revision } from './store.ts';

/** Where a change stands in the history: its revision and its place within the commit, as one safe integer. */
export type Position = number;

/** Of an empty store, as in etcd: clients take revision 0 for "any". */
export const firstRevision: Revision = 1;

/** Changes that one commit may hold. 2^53 / 65,536 leaves 137 thousand million revisions. */
export const maxChangesPerCommit = 65_536;

export const positionOf = (revision: Revision, index: number): Position =>
  revision * maxChangesPerCommit + index;

/** The last position that a commit of this revision can have: everything after it is a later revision. */
export const endOf = (revision: Revision): Position =>
  positionOf(revision, maxChangesPerCommit - 1);

export const revisionAt = (position: Position): Revision =>
  Math.floor(position / maxChangesPerCommit);
