"""The wall itself: namespaces, Landlock, seccomp and limits."""
