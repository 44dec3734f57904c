"""Grades one attempt, a class, a cluster."""
