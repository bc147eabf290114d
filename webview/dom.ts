/**
 * Keyed rendering. What is already right is not touched, so that a focused field keeps its text, caret, selection, scroll
 * and input-method composition however many updates arrive; text reaches the page as text nodes only.
 */
type Attribute = string | number | boolean | undefined;
type Handler = (event: Event) => void;

export interface Settings {
  /** Tells siblings apart over updates. */
  readonly key?: string;
  readonly on?: Readonly<Record<string, Handler>>;
  /** Properties of the element, compared with what it has now. `value` of a focused field is left alone. */
  readonly set?: Readonly<Record<string, unknown>>;
  /** Attributes given once, when the element is made; others may change them later. */
  readonly first?: Readonly<Record<string, string>>;
  /** CSS custom properties, set through the CSSOM: a style attribute would break the content security policy. */
  readonly vars?: Readonly<Record<string, string>>;
  readonly attributes?: Readonly<Record<string, Attribute>>;
}

export interface Vnode {
  readonly tag: string;
  readonly settings: Settings;
  readonly children: readonly (Vnode | string)[];
}
export type Child = Vnode | string | false | undefined | null | readonly Child[];

const flatten = (children: readonly Child[]): (Vnode | string)[] =>
  children.flatMap((child) => (child === false || child === undefined || child === null || child === '' ? [] : isList(child) ? flatten(child) : [child]));
const isList = (child: Child): child is readonly Child[] => Array.isArray(child);

/**
 * One element to be. Settings named in `Settings` steer it; every other name is an attribute, left out when false or undefined.
 */
export function h(tag: string, settings: Omit<Settings, 'attributes'> & Readonly<Record<string, unknown>>, ...children: readonly Child[]): Vnode {
  const { key, on, set, first, vars, ...attributes } = settings;
  return {
    tag,
    settings: {
      ...(key === undefined ? {} : { key }), ...(on ? { on } : {}), ...(set ? { set } : {}), ...(first ? { first } : {}), ...(vars ? { vars } : {}),
      attributes: attributes as Readonly<Record<string, Attribute>>,
    },
    children: flatten(children),
  };
}

const vnodes = new WeakMap<Node, Vnode>();
const managed = new WeakMap<Node, readonly Node[]>();

function listen(element: Element, before: Settings | undefined, on: Settings['on'] = {}): void {
  for (const type of Object.keys(on)) {
    if (before?.on && type in before.on) continue;
    // One listener per type for the element's life: it asks the latest vnode what to do.
    element.addEventListener(type, (event) => { vnodes.get(element)?.settings.on?.[type]?.(event); });
  }
}

const seen = (value: Attribute): string | undefined => (value === undefined || value === false ? undefined : value === true ? '' : String(value));

function apply(element: Element, next: Vnode): void {
  const before = vnodes.get(element)?.settings;
  vnodes.set(element, next);
  listen(element, before, next.settings.on);
  const attributes = next.settings.attributes ?? {};
  for (const name of new Set([...Object.keys(before?.attributes ?? {}), ...Object.keys(attributes)])) {
    const value = seen(attributes[name]);
    if (value === seen(before?.attributes?.[name])) continue;
    if (value === undefined) element.removeAttribute(name);
    else element.setAttribute(name, value);
  }
  if (!before) for (const [name, value] of Object.entries(next.settings.first ?? {})) element.setAttribute(name, value);
  if (element instanceof HTMLElement) {
    for (const [name, value] of Object.entries(next.settings.vars ?? {})) if (before?.vars?.[name] !== value) element.style.setProperty(name, value);
  }
  patchChildren(element, next.children);
  const properties = element as unknown as Record<string, unknown>;
  for (const [name, value] of Object.entries(next.settings.set ?? {})) {
    if (properties[name] === value) continue;
    if (name === 'value' && element === document.activeElement) continue;
    properties[name] = value;
  }
}

function create(child: Vnode | string): Node {
  if (typeof child === 'string') return document.createTextNode(child);
  const element = document.createElement(child.tag);
  apply(element, child);
  return element;
}

const identity = (tag: string, key: string | undefined) => (key === undefined ? undefined : `${tag} ${key}`);

/** Makes the children of `parent` that were rendered before into `next`; children that others put there stay. */
export function patchChildren(parent: Element, next: readonly (Vnode | string)[]): void {
  const old = managed.get(parent) ?? [];
  const keyed = new Map<string, Node>();
  const unkeyed: Node[] = [];
  for (const node of old) {
    const vnode = vnodes.get(node);
    const id = vnode && identity(vnode.tag, vnode.settings.key);
    if (id === undefined) unkeyed.push(node);
    else keyed.set(id, node);
  }
  const fits = (node: Node, child: Vnode | string) =>
    (typeof child === 'string' ? node.nodeType === Node.TEXT_NODE : vnodes.get(node)?.tag === child.tag && vnodes.get(node)?.settings.key === undefined);
  const reused = new Set<Node>();
  const nodes = next.map((child) => {
    const id = typeof child === 'string' ? undefined : identity(child.tag, child.settings.key);
    let node: Node | undefined;
    if (id === undefined) {
      const at = unkeyed.findIndex((candidate) => fits(candidate, child));
      if (at >= 0) [node] = unkeyed.splice(at, 1);
    } else {
      node = keyed.get(id);
      if (node && reused.has(node)) node = undefined;
    }
    if (!node) return create(child);
    reused.add(node);
    if (typeof child === 'string') { if (node.nodeValue !== child) node.nodeValue = child; } else if (node instanceof Element) apply(node, child);
    return node;
  });
  for (const node of old) if (!reused.has(node)) (node as ChildNode).remove();
  place(parent, nodes);
  managed.set(parent, nodes);
}

/** Puts nodes in order without ever moving the one that holds the focus: a moved element loses it. */
function place(parent: Element, nodes: readonly Node[]): void {
  const pinned = nodes.findIndex((node) => node.parentNode === parent && node.contains(document.activeElement));
  for (let index = pinned - 1; index >= 0; index -= 1) {
    const [node, after] = [nodes[index], nodes[index + 1]];
    if (node && after && (node.parentNode !== parent || node.nextSibling !== after)) parent.insertBefore(node, after);
  }
  for (let index = Math.max(pinned, -1) + 1; index < nodes.length; index += 1) {
    const node = nodes[index];
    const before = index === 0 ? undefined : nodes[index - 1];
    const wanted = before ? before.nextSibling : parent.firstChild;
    if (node && node !== wanted) parent.insertBefore(node, wanted);
  }
}
