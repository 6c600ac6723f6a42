import { errors } from '@dormice/apimachinery';
import { cacheOf, type ServerContext } from '../context.ts';

/** Bytes of lists under way in one virtual cluster. */
interface Gauge {
  bytes: number;
  lists: number;
}

const key = Symbol('list bytes');
const gaugeOf = (context: ServerContext): Gauge =>
  cacheOf(context, key, () => ({ bytes: 0, lists: 0 }));

/** After so many seconds a refused list may be tried again. */
const retryAfterSeconds = 1;

/** The bytes that one list holds, until it is given up or handed over. */
export class ListBytes {
  readonly #gauge: Gauge;
  readonly #limit: number;
  #own = 0;
  #released = false;

  constructor(context: ServerContext) {
    this.#gauge = gaugeOf(context);
    this.#limit = context.limits.listBytes;
    this.#gauge.lists += 1;
  }

  /** @throws StatusError 429 when the cluster's lists together hold too much */
  add(bytes: number): void {
    const { lists } = this.#gauge;
    if (this.#gauge.bytes + bytes > this.#limit && lists > 1 && this.#gauge.bytes > this.#own) {
      throw errors.tooManyRequests(
        'too many large lists are being answered for this cluster, please try again later',
        retryAfterSeconds,
      );
    }
    this.#own += bytes;
    this.#gauge.bytes += bytes;
  }

  /** May so many bytes be held besides? */
  fits(bytes: number): boolean {
    return this.#gauge.bytes + bytes <= this.#limit;
  }

  /** More than once does nothing more. */
  release(): void {
    if (this.#released) return;
    this.#released = true;
    this.#gauge.bytes -= this.#own;
    this.#gauge.lists -= 1;
    this.#own = 0;
  }
}

/** Notes bytes of an answer that is being sent; the result is to be called when it is. */
export function holdBytes(context: ServerContext, bytes: number): () => void {
  const gauge = gaugeOf(context);
  gauge.bytes += bytes;
  return () => {
    gauge.bytes -= bytes;
  };
}
