"""Evidence from a model server: what it gives every token of a text, asked for over HTTP."""
