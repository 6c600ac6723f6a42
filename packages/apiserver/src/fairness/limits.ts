/** What one virtual cluster may use of the process at once. */
export interface TenantLimits {
  /**
   * Requests in flight, as seats that its priority levels share. Default 600, as upstream's
   * `--max-requests-inflight` and `--max-mutating-requests-inflight` together.
   */
  seats: number;
  /** Open watches. Default 10,000: each costs some kilobytes. */
  watches: number;
  /** Bytes of lists that are being made or sent. Default 256 MiB. One list alone may be larger. */
  listBytes: number;
}

export const defaultLimits: TenantLimits = {
  seats: 600,
  watches: 10_000,
  listBytes: 256 * 1024 * 1024,
};
