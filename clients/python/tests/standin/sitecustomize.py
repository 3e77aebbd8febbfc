"""With this folder in PYTHONPATH a process computes nothing on its stand-in GPU."""

import os

if os.environ.get("HEADROOM_WITHOUT_KERNELS"):
    from kernelless import WithoutKernels

    WithoutKernels().__enter__()
