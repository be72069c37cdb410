"""Bundles: all that an experiment takes from its text, in a file without the text."""
