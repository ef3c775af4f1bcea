"""Pelican's settings for the benchmark: the nearest to what the other generators make.

Cached readers and plain summaries make it faster; so does leaving out what is on by default and no
other generator makes here (archives in one page, Atom, code highlighting).
"""

SITENAME = "The Benchmark Archive"
SITESUBTITLE = "An archive of dull sentences, for measuring."
SITEURL = "https://bench.example"
PATH = "content"
OUTPUT_PATH = "output"
THEME = "theme"
THEME_STATIC_DIR = "assets"
TIMEZONE = "UTC"
LOCALE = ("C",)
DEFAULT_LANG = "en"
DEFAULT_DATE_FORMAT = "%B %-d, %Y"
STATIC_PATHS: list[str] = []
MENU = ("Aerospace", "Arms Control", "Diplomacy", "Law", "Maritime Security")

PLUGIN_PATHS = ["plugins"]
PLUGINS = ["neighbours"]
MARKDOWN = {
    "extensions": [
        f"markdown.extensions.{name}"
        for name in (
            "tables", "footnotes", "def_list", "attr_list", "fenced_code", "sane_lists", "toc",
            "meta",
        )
    ],
    "output_format": "html",
}  # fmt: skip
FORMATTED_FIELDS: list[str] = []
CACHE_CONTENT = True
LOAD_CONTENT_CACHE = True
GZIP_CACHE = False

SLUGIFY_SOURCE = "basename"
ARTICLE_URL = "{date:%Y}/{date:%m}/{slug}/"
ARTICLE_SAVE_AS = "{date:%Y}/{date:%m}/{slug}/index.html"
CATEGORY_URL = "category/{slug}/"
CATEGORY_SAVE_AS = "category/{slug}/index.html"
TAG_URL = "tag/{slug}/"
TAG_SAVE_AS = "tag/{slug}/index.html"
AUTHOR_URL = "author/{slug}/"
AUTHOR_SAVE_AS = "author/{slug}/index.html"
CATEGORIES_SAVE_AS = "category/index.html"
TAGS_SAVE_AS = "tag/index.html"
AUTHORS_SAVE_AS = "author/index.html"
DIRECT_TEMPLATES = ["index", "categories", "tags", "authors"]
PAGINATED_TEMPLATES = {"tag": None, "category": None, "author": None}
DEFAULT_PAGINATION = 20
PAGINATION_PATTERNS = (
    (1, "{url}", "{save_as}"),
    (2, "{base_name}/page/{number}/", "{base_name}/page/{number}/index.html"),
)

FEED_ALL_RSS = "feed.xml"
FEED_ALL_ATOM = None
CATEGORY_FEED_RSS = "category/{slug}/feed.xml"
CATEGORY_FEED_ATOM = None
TRANSLATION_FEED_ATOM = None
AUTHOR_FEED_ATOM = None
AUTHOR_FEED_RSS = None
FEED_MAX_ITEMS = 50
RSS_FEED_SUMMARY_ONLY = False
