"""Forward passes of a model on tensors without memory, and what they show."""
