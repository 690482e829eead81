"""What `.ci/package` makes packages of, and how, with nothing but Python's own library."""
