export default {
  layout: "article.11ty.js",
  permalink: ({ page }) =>
    `/${page.date.toISOString().slice(0, 7).replace("-", "/")}/${page.fileSlug}/`,
};
