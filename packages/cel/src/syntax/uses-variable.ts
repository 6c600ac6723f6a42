import { childrenOf, type Expr } from './ast.ts';

/** Does an expression read a variable of this name? */
export function usesVariable(expr: Expr, name: string): boolean {
  return (
    (expr.kind === 'ident' && expr.name === name) ||
    childrenOf(expr).some((child) => usesVariable(child, name))
  );
}
