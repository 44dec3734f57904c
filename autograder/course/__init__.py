"""What teachers wrote: the course on disk, its answers, and what is made from and tested with them."""
