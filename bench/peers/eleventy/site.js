// The pieces that every page shares. Plain functions are the fastest templates that Eleventy has.

export const SITE = {
  title: "The Benchmark Archive",
  description: "An archive of dull sentences, for measuring.",
  url: "https://bench.example",
  menu: ["Aerospace", "Arms Control", "Diplomacy", "Law", "Maritime Security"],
};
export const KINDS = { categories: "category", tags: "tag", authors: "author" };

const ESCAPES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
export const escape = (text) => String(text).replace(/[&<>"]/g, (found) => ESCAPES[found]);
export const slug = (name) => name.toLowerCase().replace(/[^a-z0-9]+/g, "-");
export const termUrl = (kind, name) => `/${kind}/${slug(name)}/`;

const LONG_DATE = new Intl.DateTimeFormat("en-US", { dateStyle: "long", timeZone: "UTC" });
export const time = (date) =>
  `<time datetime="${date.toISOString()}">${LONG_DATE.format(date)}</time>`;

export const terms = (kind, names) =>
  names.map((name) => `<a href="${termUrl(kind, name)}">${escape(name)}</a>`).join(", ");

export const card = (item) => `
<article class="card">
  <div class="card-text">
    <h2 class="card-title"><a href="${item.url}">${escape(item.data.title)}</a></h2>
    <p class="card-summary">${escape(item.data.summary)}</p>
  </div>
  <div class="card-meta">
    <p>${time(item.date)}</p>
    <p>${terms("category", item.data.categories)}</p>
  </div>
</article>`;

export const counted = (kind, byName) => `
<ul class="counted">
  ${[...byName]
    .map(([name, items]) =>
      `<li><a href="${termUrl(kind, name)}">${escape(name)}</a> <span class="count">${items.length}</span></li>`)
    .join("\n  ")}
</ul>`;

const MASTHEAD = `  <a class="skip" href="#page-main">Skip to content</a>
  <header class="masthead">
    <p class="site-title"><a href="/">${SITE.title}</a></p>
    <nav class="site-nav" aria-label="Main">
      <ul>
        ${SITE.menu.map((name) => `<li><a href="${termUrl("category", name)}">${name}</a></li>`).join("\n        ")}
      </ul>
    </nav>
  </header>`;
const FOOTER = `  <footer class="site-footer">
    <div class="about">
      <p class="footer-title">${SITE.title}</p>
      <p>${SITE.description}</p>
      <p>Published by ${SITE.title}</p>
    </div>
    <nav aria-label="Browse">
      <ul>
        <li><a href="/">Home</a></li>
        <li><a href="/category/">Categories</a></li>
        <li><a href="/tag/">Tags</a></li>
        <li><a href="/author/">Authors</a></li>
      </ul>
    </nav>
    <nav aria-label="Feeds">
      <ul>
        <li><a href="/feed.xml">Feed: ${SITE.title}</a></li>
      </ul>
    </nav>
  </footer>`;

export const page = ({ url, title, description, feed, main }) => `<!doctype html>
<html lang="en" dir="ltr">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <title>${title ? `${escape(title)} – ` : ""}${SITE.title}</title>
  ${description ? `<meta name="description" content="${escape(description)}">` : ""}
  <link rel="canonical" href="${SITE.url}${url}">
  ${feed ? `<link rel="alternate" type="application/rss+xml" title="${escape(title)}" href="${feed}">` : ""}
  <link rel="alternate" type="application/rss+xml" title="${SITE.title}" href="/feed.xml">
  <link rel="stylesheet" href="/assets/site.css">
</head>
<body>
${MASTHEAD}
  <main id="page-main" tabindex="-1">${main}
  </main>
${FOOTER}
</body>
</html>
`;
