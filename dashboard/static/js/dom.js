// Make nodes. Strings become text nodes, never markup.
const SVG = "http://www.w3.org/2000/svg";

/** Make an HTML element; `properties` are attributes, null ones left out. */
export function el(tag, properties = {}, ...children) {
  return fill(document.createElement(tag), properties, children);
}

/** Make an SVG element. */
export function svg(tag, properties = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), properties, children);
}

/** Text from outside, kept apart from the direction of what stands around it. */
export function bdi(text) {
  return el("bdi", {}, String(text));
}

function fill(node, properties, children) {
  for (const [name, value] of Object.entries(properties)) {
    if (value !== null && value !== undefined) node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}
