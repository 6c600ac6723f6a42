import { childrenOf, type Expr } from './ast.ts';

/** Does an expression select this field of a variable: `claims.email`, `has(claims.email)`, `claims.?email`? */
export function usesField(expr: Expr, variable: string, field: string): boolean {
  return (
    (expr.kind === 'select' &&
      expr.field === field &&
      expr.operand.kind === 'ident' &&
      expr.operand.name === variable) ||
    childrenOf(expr).some((child) => usesField(child, variable, field))
  );
}
