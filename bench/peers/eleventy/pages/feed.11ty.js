import { SITE, escape } from "../site.js";

const item = (article) => `
    <item>
      <title>${escape(article.data.title)}</title>
      <link>${SITE.url}${article.url}</link>
      <guid isPermaLink="true">${SITE.url}${article.url}</guid>
      <pubDate>${article.date.toUTCString()}</pubDate>
      ${article.data.authors.map((name) => `<dc:creator>${escape(name)}</dc:creator>`).join("")}
      ${article.data.categories.map((name) => `<category>${escape(name)}</category>`).join("")}
      <description>${escape(article.data.summary)}</description>
      <content:encoded><![CDATA[${article.content}]]></content:encoded>
    </item>`;

export const data = {
  pagination: { data: "collections.feeds", size: 1, alias: "feed" },
  permalink: ({ feed }) => `${feed.home}feed.xml`,
};

export const render = ({ feed }) => `<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
  <channel>
    <title>${escape(feed.title)}</title>
    <link>${SITE.url}${feed.home}</link>
    <description>${SITE.description}</description>
    <language>en</language>
    <atom:link href="${SITE.url}${feed.home}feed.xml" rel="self" type="application/rss+xml"/>${feed.items.map(item).join("")}
  </channel>
</rss>
`;
