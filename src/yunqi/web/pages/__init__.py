"""One module a page: `router` with its routes. See docs/howto/new-page.md."""
