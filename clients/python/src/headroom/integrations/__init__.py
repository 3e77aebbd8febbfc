"""Callbacks for libraries that own the training loop; each is imported only by who uses it."""
