// Reads the members of a union as they are written: by their aliases, whose constraints TypeScript does not keep.

import { ts } from '#typescript';
import type { TypeModel } from '../model.js';
import type { AnnotationUse } from './annotations.js';
import { reportUnfit, withTag } from './constraints.js';
import type { TypeReader } from './type-reader.js';
import type { Use } from './use.js';
import { branchesOf, constraintsWithin, type WrittenBranch, type WrittenType } from './written-type.js';

export interface WrittenMembers {
  /** The models of a member: several, if several aliases of one type ask for different things. */
  read(member: ts.Type, use: Use): readonly TypeModel[];
  /** Reports the constraints of inner aliases that fit no member. To be called when all are read. */
  reportUnfit(): void;
}

export function writtenMembers(
  reader: TypeReader,
  union: ts.UnionType,
  written: WrittenType | undefined,
): WrittenMembers {
  const { context } = reader;
  const branches = written === undefined || !context.hasConstraints ? [] : branchesOf(context, written);
  const found = new Map<ts.Type, WrittenBranch[]>();
  for (const branch of branches) {
    const type = context.checker.getTypeFromTypeNode(branch.inner.node);
    found.set(type, [...(found.get(type) ?? []), branch]);
  }
  pairTheLast(found, union);
  const outer = branches.reduce<readonly AnnotationUse[]>(
    (all, { shared }, index) => (index === 0 ? shared : all.filter((tag) => shared.includes(tag))),
    [],
  );
  const unfit = new Map<AnnotationUse, () => void>();
  const fitting = new Set<AnnotationUse>();

  function readBranch(member: ts.Type, use: Use, branch: WrittenBranch): TypeModel {
    const isPlain = branch.inner.uses.length === 0 && constraintsWithin(context, branch.bindings) === '';
    const own = isPlain ? use : { ...use, node: branch.node, bindings: branch.bindings };
    const inner = branch.shared.filter((tag) => !outer.includes(tag));
    return inner.reduce(
      (model, tag) => {
        const at = { use, type: member };
        const checked = withTag(reader, model, tag, at);
        if (checked === undefined) unfit.set(tag, () => reportUnfit(reader, model, tag, at));
        else fitting.add(tag);
        return checked ?? model;
      },
      reader.read(member, own),
    );
  }

  return {
    read(member, use) {
      const own = found.get(member) ?? [];
      if (own.length === 0) return [reader.read(member, use)];
      return withoutImplied(own.map((branch) => readBranch(member, use, branch)));
    },
    reportUnfit() {
      for (const [tag, report] of unfit) if (!fitting.has(tag)) report();
    },
  };
}

/** What depends on a type parameter has another type where it is written; the last two left belong together. */
function pairTheLast(found: Map<ts.Type, WrittenBranch[]>, union: ts.UnionType): void {
  const members = union.types.filter(
    (member) => !found.has(member) && !(member.flags & ts.TypeFlags.Undefined),
  );
  const others = [...found].filter(([type]) => !union.types.includes(type));
  const [member] = members;
  const [other] = others;
  if (member !== undefined && other !== undefined && members.length === 1 && others.length === 1)
    found.set(member, other[1]);
}

/** `string | Sku` is any string: what asks for less makes what asks for more needless. */
function withoutImplied(models: readonly TypeModel[]): readonly TypeModel[] {
  const plain = new Set(models.map((model) => JSON.stringify(model)));
  return models.filter((model) => model.kind !== 'checked' || !plain.has(JSON.stringify(model.type)));
}
