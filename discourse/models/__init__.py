"""Data files of models, each with its card: source, licence, recipe, and what it is worth."""
