// Eleventy's settings for the benchmark. Markdown is not run through a template engine first, and
// lists and neighbours are computed once, not looked for on each page.
import anchor from "markdown-it-anchor";
import footnote from "markdown-it-footnote";
import { KINDS, termUrl } from "./site.js";

const PAGE_SIZE = 20;

const articlesOf = (api) => api.getFilteredByGlob("content/**/*.md").sort((a, b) => a.date - b.date);

function byName(articles, key) {
  const found = new Map();
  for (const article of articles) {
    for (const name of article.data[key]) {
      if (!found.has(name)) found.set(name, []);
      found.get(name).push(article);
    }
  }
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

export default function (config) {
  config.addPassthroughCopy("assets");
  config.amendLibrary("md", (library) => library.use(footnote).use(anchor, { tabIndex: false }));
  config.addCollection("neighbours", (api) => {
    const articles = articlesOf(api);
    return new Map(articles.map((article, index) => [
      article.url, { previous: articles[index - 1], next: articles[index + 1] },
    ]));
  });
  config.addCollection("newest", (api) => articlesOf(api).reverse().slice(0, 50));
  config.addCollection("terms", (api) => {
    const newest = articlesOf(api).reverse();
    return Object.entries(KINDS).map(([key, kind]) => ({ kind, key, byName: byName(newest, key) }));
  });
  config.addCollection("feeds", (api) => {
    const newest = articlesOf(api).reverse();
    const own = [...byName(newest, "categories")].map(([name, items]) => ({
      title: name, home: termUrl("category", name), items: items.slice(0, 50),
    }));
    return [{ title: "The Benchmark Archive", home: "/", items: newest.slice(0, 50) }, ...own];
  });
  config.addCollection("listings", (api) => {
    const newest = articlesOf(api).reverse();
    return Object.entries(KINDS).flatMap(([key, kind]) =>
      [...byName(newest, key)].flatMap(([name, items]) => {
        const pages = Math.ceil(items.length / PAGE_SIZE);
        return Array.from({ length: pages }, (_, index) => ({
          kind, name, number: index + 1, pages,
          items: items.slice(index * PAGE_SIZE, (index + 1) * PAGE_SIZE),
        }));
      }));
  });
  return {
    dir: { input: ".", output: "_site", layouts: "_layouts" },
    markdownTemplateEngine: false,
    htmlTemplateEngine: false,
    templateFormats: ["md", "11ty.js"],
  };
}
