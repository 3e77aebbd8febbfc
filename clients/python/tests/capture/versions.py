"""What depends on the version of PyTorch that runs the tests."""

import torch

IS_WITNESS = tuple(map(int, torch.__version__.split(".")[:2])) == (2, 15)
"""Whether it is the PyTorch that the golden configs come from."""

NODES_CAN_BE_CALLED = hasattr(torch.zeros(1, requires_grad=True).clone().grad_fn, "_input_metadata")
"""PyTorch 2.4 does not tell what a node of the backward pass is given: a capture leaves ``gradient_copies`` out."""
