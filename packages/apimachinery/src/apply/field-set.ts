import { comparePathElements, type PathElement } from './path-element.ts';

/**
 * A set of paths, as a tree: `members` are the paths that end here, `children` the longer ones. Operations return new
 * sets and may share subtrees; only a set that nobody else has seen may be grown with `insert`.
 */
export class FieldSet {
  readonly members: Set<PathElement>;
  readonly children: Map<PathElement, FieldSet>;

  constructor(
    members: Set<PathElement> = new Set(),
    children: Map<PathElement, FieldSet> = new Map(),
  ) {
    this.members = members;
    this.children = children;
  }

  static of(...paths: (readonly PathElement[])[]): FieldSet {
    const set = new FieldSet();
    for (const path of paths) set.insert(path);
    return set;
  }

  get isEmpty(): boolean {
    return this.members.size === 0 && this.children.size === 0;
  }

  /** Adds a path to this very set. The empty path names the whole object and is never in a set. */
  insert(path: readonly PathElement[]): void {
    if (path.length === 0) return;
    let node: FieldSet = this;
    for (let at = 0; at < path.length - 1; at += 1) {
      const element = path[at] as PathElement;
      let child = node.children.get(element);
      if (child === undefined) {
        child = new FieldSet();
        node.children.set(element, child);
      }
      node = child;
    }
    node.members.add(path[path.length - 1] as PathElement);
  }

  has(path: readonly PathElement[]): boolean {
    let node: FieldSet | undefined = this;
    for (const element of path.slice(0, -1)) node = node?.children.get(element);
    return node?.members.has(path[path.length - 1] as PathElement) ?? false;
  }

  union(other: FieldSet): FieldSet {
    if (other.isEmpty) return this;
    if (this.isEmpty) return other;
    const children = new Map(this.children);
    for (const [element, child] of other.children) {
      const mine = children.get(element);
      children.set(element, mine === undefined ? child : mine.union(child));
    }
    return new FieldSet(new Set([...this.members, ...other.members]), children);
  }

  intersection(other: FieldSet): FieldSet {
    const children = new Map<PathElement, FieldSet>();
    for (const [element, child] of this.children) {
      const theirs = other.children.get(element);
      keep(children, element, theirs && child.intersection(theirs));
    }
    return new FieldSet(
      filter(this.members, (element) => other.members.has(element)),
      children,
    );
  }

  /** Paths of this set that the other has not. A path of the other says nothing about longer paths. */
  difference(other: FieldSet): FieldSet {
    const children = new Map<PathElement, FieldSet>();
    for (const [element, child] of this.children) {
      const theirs = other.children.get(element);
      keep(children, element, theirs === undefined ? child : child.difference(theirs));
    }
    return new FieldSet(without(this.members, other.members), children);
  }

  /** As `difference`, and a path of the other takes everything below it along. */
  recursiveDifference(other: FieldSet): FieldSet {
    const children = new Map<PathElement, FieldSet>();
    for (const [element, child] of this.children) {
      if (other.members.has(element)) continue;
      const theirs = other.children.get(element);
      keep(children, element, theirs === undefined ? child : child.recursiveDifference(theirs));
    }
    return new FieldSet(without(this.members, other.members), children);
  }

  equals(other: FieldSet): boolean {
    if (this === other) return true;
    if (this.members.size !== other.members.size) return false;
    if (this.children.size !== other.children.size) return false;
    for (const element of this.members) if (!other.members.has(element)) return false;
    for (const [element, child] of this.children) {
      const theirs = other.children.get(element);
      if (theirs === undefined || !child.equals(theirs)) return false;
    }
    return true;
  }

  /** All paths in upstream's order: at each level first those that end there, then the longer ones. */
  paths(prefix: readonly PathElement[] = []): PathElement[][] {
    const ending = [...this.members]
      .sort(comparePathElements)
      .map((element) => [...prefix, element]);
    const longer = [...this.children.keys()]
      .sort(comparePathElements)
      .flatMap((element) => (this.children.get(element) as FieldSet).paths([...prefix, element]));
    return [...ending, ...longer];
  }
}

function keep(
  children: Map<PathElement, FieldSet>,
  element: PathElement,
  child: FieldSet | undefined,
): void {
  if (child !== undefined && !child.isEmpty) children.set(element, child);
}

function filter(
  elements: Set<PathElement>,
  wanted: (element: PathElement) => boolean,
): Set<PathElement> {
  const result = new Set<PathElement>();
  for (const element of elements) if (wanted(element)) result.add(element);
  return result;
}

function without(elements: Set<PathElement>, others: Set<PathElement>): Set<PathElement> {
  if (others.size === 0 || elements.size === 0) return elements;
  return filter(elements, (element) => !others.has(element));
}
