"""The live page: what the pipeline does now, as a page and as JSON."""
