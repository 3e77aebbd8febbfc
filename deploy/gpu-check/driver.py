"""What the driver says of one GPU, asked of nvidia-smi and of NVML's own Python binding."""

import subprocess

MIB = 1024 * 1024


def smi(query, device=None, group="gpu"):
    """The rows that `nvidia-smi --query-GROUP=QUERY` prints, each a list of its cells."""
    command = ["nvidia-smi", f"--query-{group}={query}", "--format=csv,noheader,nounits"]
    if device is not None:
        command += ["-i", str(device)]
    said = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True)
    return [[cell.strip() for cell in line.split(",")] for line in said.stdout.splitlines()]


class Smi:
    """nvidia-smi: whole MiB."""

    name = "nvidia-smi"
    grain = MIB

    def __init__(self, device):
        self.device = device
        self.uuid = smi("uuid", device)[0][0]

    def memory(self):
        """Total and used bytes of the GPU."""
        total, used = smi("memory.total,memory.used", self.device)[0]
        return int(total) * MIB, int(used) * MIB

    def processes(self):
        """Bytes by process id; a process whose memory the driver hides is left out."""
        rows = smi("pid,used_memory", self.device, "compute-apps")
        return {int(pid): int(used) * MIB for pid, used in rows if used.isdigit()}


class Nvml:
    """The package nvidia-ml-py: bytes."""

    name = "pynvml"
    grain = 0

    def __init__(self, device):
        import pynvml

        self.nvml = pynvml
        pynvml.nvmlInit()
        self.handle = pynvml.nvmlDeviceGetHandleByIndex(device)
        self.uuid = pynvml.nvmlDeviceGetUUID(self.handle)

    def memory(self):
        """Total and used bytes of the GPU; the driver's reserve is no part of used."""
        memory = self.nvml.nvmlDeviceGetMemoryInfo(self.handle, version=self.nvml.nvmlMemory_v2)
        return memory.total, memory.used

    def processes(self):
        """Bytes by process id."""
        rows = self.nvml.nvmlDeviceGetComputeRunningProcesses(self.handle)
        return {row.pid: row.usedGpuMemory for row in rows if row.usedGpuMemory is not None}


def witnesses(device):
    """Those of the two that answer on this machine, and why the others do not."""
    found, missing = [], []
    for kind in (Smi, Nvml):
        try:
            found.append(kind(device))
        except Exception as error:  # whatever a driver or its binding may raise
            missing.append(f"{kind.name}: {error}")
    return found, missing
