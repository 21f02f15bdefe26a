/**
 * Elements without markup: texts stay texts, whatever they hold.
 */

type Child = Node | string | number | false | null | undefined;
type Properties<Tag extends keyof HTMLElementTagNameMap> = Partial<
  Omit<HTMLElementTagNameMap[Tag], 'style' | 'dataset' | 'classList'>
> & {
  class?: string;
  /** Attributes that are no properties: `aria-*`, `role`, `data-*`. */
  attrs?: Readonly<Record<string, string>>;
};

/** An element with properties and children. */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  { class: className, attrs = {}, ...properties }: Properties<Tag> = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  if (className !== undefined) element.className = className;
  for (const [name, value] of Object.entries(attrs)) element.setAttribute(name, value);
  Object.assign(element, properties);
  element.append(...children.filter((child) => child !== false && child != null).map(nodeOf));
  return element;
}

const nodeOf = (child: Node | string | number | false | null | undefined): Node | string =>
  child instanceof Node ? child : String(child);
