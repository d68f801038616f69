"""The way in over HTTP: a route authenticates, validates, calls one use case and renders its result."""
