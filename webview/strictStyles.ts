/**
 * The component library asks whether the browser knows `:focus-visible` by adding an inline style element while it loads. The
 * content security policy refuses that, and the library then draws focus rings on every click. Until `letStylesBe` is called
 * it is given a constructed style sheet instead, which the policy allows. Has to be imported before the library.
 */
const create = document.createElement.bind(document);

const standIn = ((tag: string, options?: ElementCreationOptions) =>
  (tag === 'style' ? Object.assign(create('template'), { sheet: new CSSStyleSheet() }) : create(tag, options))) as typeof document.createElement;

document.createElement = standIn;

/** Ends it; nothing else on the page makes style elements. */
export function letStylesBe(): void {
  document.createElement = create;
}
