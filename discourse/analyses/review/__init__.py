"""Reviewers: each answers one question of a referee for whatever is compared, and knows no subject."""
