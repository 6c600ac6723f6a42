/** Where a node begins in the source, in code units. */
interface Node {
  at: number;
}

export type Literal =
  | { type: 'int'; value: bigint }
  | { type: 'uint'; value: bigint }
  | { type: 'double'; value: number }
  | { type: 'string'; value: string }
  | { type: 'bytes'; value: Uint8Array }
  | { type: 'bool'; value: boolean }
  | { type: 'null' };

/** Macros that run an expression for each element of a list or each entry of a map. */
export type LoopName =
  | 'all'
  | 'exists'
  | 'exists_one'
  | 'filter'
  | 'map'
  | 'transformList'
  | 'transformMap'
  | 'transformMapEntry';

export type Expr = Node &
  (
    | { kind: 'literal'; literal: Literal }
    | { kind: 'ident'; name: string }
    /** `operand.field`; `test` for `has(operand.field)`, `optional` for `operand.?field`. */
    | { kind: 'select'; operand: Expr; field: string; test: boolean; optional: boolean }
    /** A function, an operator (`_+_`), or with `target` a method. */
    | { kind: 'call'; name: string; target: Expr | undefined; args: Expr[] }
    | { kind: 'list'; items: { value: Expr; optional: boolean }[] }
    | { kind: 'map'; entries: { key: Expr; value: Expr; optional: boolean }[] }
    | {
        kind: 'struct';
        name: string;
        fields: { name: string; value: Expr; optional: boolean; at: number }[];
      }
    | {
        kind: 'loop';
        name: LoopName;
        range: Expr;
        variable: string;
        /** The second variable of the macros with two: index and element, or key and value. */
        second: string | undefined;
        /** Absent in `map` with two arguments. */
        condition: Expr | undefined;
        /** What `map` and `transform…` make of an element. */
        transform: Expr | undefined;
      }
    /** `cel.bind(name, value, body)`. */
    | { kind: 'bind'; name: string; value: Expr; body: Expr }
    /** `target.optMap(name, body)`, `optFlatMap`. */
    | { kind: 'optional'; target: Expr; name: string; body: Expr; flat: boolean }
  );

/** The children of a node. */
export function childrenOf(expr: Expr): Expr[] {
  switch (expr.kind) {
    case 'literal':
    case 'ident':
      return [];
    case 'select':
      return [expr.operand];
    case 'call':
      return expr.target ? [expr.target, ...expr.args] : expr.args;
    case 'list':
      return expr.items.map(({ value }) => value);
    case 'map':
      return expr.entries.flatMap(({ key, value }) => [key, value]);
    case 'struct':
      return expr.fields.map(({ value }) => value);
    case 'loop':
      return [expr.range, expr.condition, expr.transform].filter((child) => child !== undefined);
    case 'bind':
      return [expr.value, expr.body];
    case 'optional':
      return [expr.target, expr.body];
  }
}
