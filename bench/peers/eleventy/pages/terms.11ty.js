import { counted, page } from "../site.js";

const TITLES = { category: "Categories", tag: "Tags", author: "Authors" };

export const data = {
  pagination: { data: "collections.terms", size: 1, alias: "terms" },
  permalink: ({ terms }) => `/${terms.kind}/`,
};

export const render = ({ terms }) => page({
  url: `/${terms.kind}/`,
  title: TITLES[terms.kind],
  main: `
    <header class="page-header">
      <h1>${TITLES[terms.kind]}</h1>
    </header>
    ${counted(terms.kind, terms.byName)}`,
});
