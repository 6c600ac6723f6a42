/** A connection could not be made; the message says why, in Go's words. */
export class DialError extends Error {}

/** The Service is not there. */
export class ServiceGone extends DialError {}

/** The Service has nothing ready behind it. */
export class NoEndpoints extends DialError {}
