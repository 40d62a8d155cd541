"""The starter set: our own short quality documents, forms and courses, as data a company begins with and changes."""
