// Elements from data. Text becomes text nodes and nothing is ever parsed as HTML: whatever a name, a message or a
// module's data holds, it is shown as it is.

/** Describes an element: h('p', { class: 'x' }, 'text', child). False, null and undefined children are left out. */
export function h(tag, attributes, ...children) {
  return { tag, attributes: attributes ?? {}, children: solid(children) };
}

const solid = (children) => children.flat(4).filter((child) => child !== null && child !== undefined && child !== false);

/** Makes the children of an element what is described. Elements that stay keep focus, selection and open state. */
export function patch(parent, described) {
  const wanted = solid([described]);
  const keyed = new Map();
  for (const child of parent.children) {
    if (child.dataset.key) keyed.set(child.dataset.key, child);
  }
  let at = parent.firstChild;
  for (const item of wanted) {
    const node = reuse(item, at, keyed);
    if (node === at) {
      at = at.nextSibling;
    } else {
      parent.insertBefore(node, at);
    }
  }
  while (at) {
    const next = at.nextSibling;
    at.remove();
    at = next;
  }
}

function reuse(item, at, keyed) {
  if (typeof item !== 'object') {
    const text = String(item);
    if (at?.nodeType === Node.TEXT_NODE) {
      if (at.data !== text) at.data = text;
      return at;
    }
    return document.createTextNode(text);
  }
  const key = item.attributes['data-key'];
  const candidate = key === undefined ? at : keyed.get(key) ?? at;
  const fits = candidate?.nodeType === Node.ELEMENT_NODE && candidate.localName === item.tag
    && candidate.dataset.key === (key === undefined ? undefined : String(key));
  const node = fits ? candidate : document.createElement(item.tag);
  dress(node, item.attributes, !fits);
  patch(node, item.children);
  return node;
}

function dress(node, attributes, isNew) {
  for (const { name } of [...node.attributes]) {
    // What the reader did to the page stays: opened details, a width set by us below.
    if (!(name in attributes) && name !== 'open' && name !== 'style') node.removeAttribute(name);
  }
  for (const [name, value] of Object.entries(attributes)) {
    if (name === 'open' && !isNew) continue;
    if (name === 'width%') {
      node.style.width = `${value}%`;
    } else if (value === true) {
      if (!node.hasAttribute(name)) node.setAttribute(name, '');
    } else if (value === false || value === null || value === undefined) {
      node.removeAttribute(name);
    } else if (node.getAttribute(name) !== String(value)) {
      node.setAttribute(name, String(value));
    }
  }
}
