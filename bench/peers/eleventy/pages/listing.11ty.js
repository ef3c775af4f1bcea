import { card, escape, page, termUrl } from "../site.js";

const address = ({ kind, name }, number) =>
  termUrl(kind, name) + (number > 1 ? `page/${number}/` : "");

export const data = {
  pagination: { data: "collections.listings", size: 1, alias: "listing" },
  permalink: ({ listing }) => address(listing, listing.number),
};

export const render = ({ listing }) => {
  const { kind, name, number, pages, items } = listing;
  return page({
    url: address(listing, number),
    title: name,
    feed: kind === "category" ? `${termUrl(kind, name)}feed.xml` : "",
    main: `
    <header class="page-header">
      <p class="label"><a href="/${kind}/">${kind}</a></p>
      <h1>${escape(name)}</h1>
    </header>
    <div class="river">${items.map(card).join("")}
    </div>
    <nav class="pager" aria-label="Pages">
      <ul>
        ${number > 1 ? `<li><a href="${address(listing, number - 1)}">Newer</a></li>` : ""}
        <li><span class="current" aria-current="page">Page ${number} of ${pages}</span></li>
        ${number < pages ? `<li><a href="${address(listing, number + 1)}">Older</a></li>` : ""}
        <li><a href="${address(listing, 1)}">First</a></li>
        <li><a href="${address(listing, pages)}">Last</a></li>
      </ul>
    </nav>`,
  });
};
