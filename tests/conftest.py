"""What pytest must not walk into: students' files, some of which bring a conftest of their own."""

collect_ignore = ["attacks", "submissions"]
