"""Replication packages: an experiment with its data, its code, its environment and its report in one zip file."""
