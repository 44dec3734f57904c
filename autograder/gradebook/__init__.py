"""The record of what was graded, and what is computed from it."""
