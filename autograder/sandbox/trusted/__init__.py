"""This side of the wall: starts workers, asks them, believes nothing."""
