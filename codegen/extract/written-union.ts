// How the members of a union are written: TypeScript keeps what they are, and forgets by which names.

import { ts } from '#typescript';
import type { Context } from './context.js';
import { hasSchema } from './schemas.js';
import { aliasOf } from './union-order.js';

export interface WrittenUnion {
  /** The node of each member that somebody wrote, in the union itself or in an alias within it. */
  readonly nodes: ReadonlyMap<ts.Type, ts.TypeNode>;
  /** The unions within it that have a schema of their own. */
  readonly checked: readonly CheckedUnion[];
}

export interface CheckedUnion {
  readonly type: ts.UnionType;
  readonly node: ts.TypeNode;
}

export function readWrittenUnion(
  context: Context,
  node: ts.TypeNode | undefined,
  union: ts.UnionType,
): WrittenUnion {
  const { checker } = context;
  const nodes = new Map<ts.Type, ts.TypeNode>();
  const checked: CheckedUnion[] = [];
  const seen = new Set<ts.TypeNode>();
  const waiting: ts.TypeNode[] = node === undefined ? [] : [node];
  for (const outer of waiting) {
    for (const item of membersOf(checker, outer, seen)) {
      const type = checker.getTypeFromTypeNode(item);
      if (!nodes.has(type)) nodes.set(type, item);
      if (!type.isUnion() || type === union) continue;
      if (hasSchema(context, item)) checked.push({ type, node: item });
      else waiting.push(item);
    }
  }
  return { nodes, checked };
}

/** The members of a union as they are written, there or in the alias that is named; none of one that was seen. */
function membersOf(
  checker: ts.TypeChecker,
  node: ts.TypeNode,
  seen: Set<ts.TypeNode>,
): readonly ts.TypeNode[] {
  let written: ts.TypeNode | undefined = node;
  while (written !== undefined && !seen.has(written)) {
    seen.add(written);
    if (ts.isUnionTypeNode(written)) return written.types;
    if (ts.isParenthesizedTypeNode(written)) written = written.type;
    else written = ts.isTypeReferenceNode(written) ? aliasedNode(checker, written) : undefined;
  }
  return [];
}

function aliasedNode(checker: ts.TypeChecker, node: ts.TypeReferenceNode): ts.TypeNode | undefined {
  const alias = aliasOf(checker, node);
  return alias?.typeParameters === undefined ? alias?.type : undefined;
}
