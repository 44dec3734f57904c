"""The other side of the wall: what runs beside the student's code."""
