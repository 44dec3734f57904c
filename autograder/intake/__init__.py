"""What was handed in and by whom: found, recognised, and read without trusting a byte."""
