import { escape, page, terms, time } from "../site.js";

const neighbour = (rel, label, item) =>
  item
    ? `<a class="${rel}" href="${item.url}" rel="${rel}"><span>${label}</span> <b><bdi>${escape(item.data.title)}</bdi></b></a>`
    : "";

export const render = (data) => {
  const { previous, next } = data.collections.neighbours.get(data.page.url);
  return page({ url: data.page.url, title: data.title, description: data.summary, main: `
    <article class="article">
      <header class="article-header">
        <h1>${escape(data.title)}</h1>
        <p class="standfirst">${escape(data.summary)}</p>
      </header>
      <div class="details">
        <p class="date">${time(data.page.date)}</p>
        <p>Categories: ${terms("category", data.categories)}</p>
        <p class="byline">By ${terms("author", data.authors)}</p>
      </div>
      <div class="content">
        <div class="body">
${data.content}
        </div>
        <p class="tags">Tags: ${terms("tag", data.tags)}</p>
      </div>
    </article>
    <nav class="neighbours" aria-label="Previous and next article">
      ${neighbour("prev", "Previous", previous)}
      ${neighbour("next", "Next", next)}
    </nav>` });
};
