"""From the operators of a pass to the layers of a config."""
