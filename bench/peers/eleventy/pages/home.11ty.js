import { card, counted, page } from "../site.js";

export const data = { permalink: "/" };

export const render = ({ collections }) => page({ url: "/", main: `
    <div class="columns">
      <section aria-labelledby="latest">
        <h2 class="section-title" id="latest">Latest</h2>
        <div class="grid">${collections.newest.slice(0, 20).map(card).join("")}
        </div>
      </section>
      <section aria-labelledby="categories">
        <h2 class="section-title" id="categories">Categories</h2>
        ${counted("category", collections.terms[0].byName)}
      </section>
    </div>` });
