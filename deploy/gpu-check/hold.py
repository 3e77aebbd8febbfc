#!/usr/bin/env python3
"""Holds a known number of bytes of one GPU until its standard input ends.

usage: hold.py DEVICE BYTES

Speaks to libcuda.so.1 alone, so that nothing but the driver has to be installed. Prints
"holding PID BYTES" when the memory is allocated.
"""

import ctypes
import os
import sys


def main():
    device, size = int(sys.argv[1]), int(sys.argv[2])
    cuda = ctypes.CDLL("libcuda.so.1")

    def check(call, *arguments):
        code = getattr(cuda, call)(*arguments)
        if code != 0:
            sys.exit("%s answers %d" % (call, code))

    check("cuInit", 0)
    handle = ctypes.c_int()
    check("cuDeviceGet", ctypes.byref(handle), device)
    context = ctypes.c_void_p()
    check("cuDevicePrimaryCtxRetain", ctypes.byref(context), handle)
    check("cuCtxPushCurrent_v2", context)
    pointer = ctypes.c_uint64()
    check("cuMemAlloc_v2", ctypes.byref(pointer), ctypes.c_size_t(size))
    print("holding", os.getpid(), size, flush=True)
    sys.stdin.read()
    check("cuMemFree_v2", pointer)


main()
