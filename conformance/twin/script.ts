import type { ApiRequest } from '@dormice/client';

/** One request of a script. `{{name}}` in path and body stands for a value that an earlier answer gave. */
export interface Step {
  method: ApiRequest['method'];
  /** With query. */
  path: string;
  /** Sent as it is when it is text, else as JSON. */
  body?: unknown;
  /** Content type. Default `application/json` when there is a body. */
  type?: string;
  accept?: string;
  headers?: Record<string, string>;
  /** Values to keep from the answer: name → path of fields, `items.0.metadata.name`. */
  save?: Readonly<Record<string, string>>;
  /** Not compared: it only prepares. */
  quiet?: boolean;
  /** Sent again (10 s at most) until the value at this path of the answer exists and is not `false`, or for `path=value` is that. */
  until?: string;
  /** What the report calls it. Default method and path. */
  title?: string;
}

/** Requests that belong together, sent in order to both servers; answers are compared step by step. */
export interface Script {
  /** Row and column of the table. */
  kind: string;
  theme: string;
  /** Unique within kind and theme. */
  name: string;
  steps: readonly Step[];
}

export interface Answer {
  status: number;
  /** Lower-case names; several values are joined with `, `. */
  headers: Readonly<Record<string, string>>;
  /** Parsed JSON, the frames of a watch, else text. */
  body: unknown;
}

/** One of the two servers. */
export interface Side {
  readonly name: string;
  send(step: Step): Promise<Answer>;
  close(): Promise<void>;
}
