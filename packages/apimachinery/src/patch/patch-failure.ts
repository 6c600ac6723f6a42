import { StatusError } from '../status-error.ts';

/** A strategic merge that cannot be done: upstream answers 500 with the bare message and no reason. */
export const patchFailure = (message: string): StatusError => new StatusError(500, '', message);
