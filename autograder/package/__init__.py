"""What a platform runs."""
