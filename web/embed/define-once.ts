// Takes the place of lit's decorator in the embedded module: a page that loads it twice, or in two versions, keeps the
// elements of the first.

export const customElement = (name: string) => (type: CustomElementConstructor) => {
  if (!customElements.get(name)) customElements.define(name, type);
};
