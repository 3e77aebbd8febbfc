"""How a process ends, and that the reporter does not change it."""

import signal

import pytest

TRAIN = """
    import os, sys, time, torch, headroom
    model = torch.nn.Linear(8, 4)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    headroom.watch(model, optimizer)
    def step():
        model(torch.randn(6, 8)).sum().backward()
        optimizer.step()
        optimizer.zero_grad()
    for _ in range(3):
        step()
"""


def ends(ended):
    return [(it["phase"], it["outcome"], it["step"]) for it in ended.samples if "outcome" in it]


def test_a_script_that_is_over_has_completed(jobs):
    ended = jobs.run(TRAIN)
    assert ended.status == 0
    assert ends(ended) == [("ended", "completed", 3)]
    assert ended.err.count("headroom") == 1  # there is no GPU


@pytest.mark.parametrize(
    ("line", "status", "outcome", "said"),
    [
        ("raise ValueError('wrong')", 1, "failed", "ValueError: wrong"),
        ("raise torch.cuda.OutOfMemoryError('full')", 1, "out_of_memory", "full"),
        ("raise RuntimeError('CUDA error: out of memory')", 1, "out_of_memory", "CUDA"),
        ("raise KeyboardInterrupt", -2, "failed", "KeyboardInterrupt"),
        ("sys.exit(0)", 0, "completed", ""),
        ("os.kill(os.getpid(), 15)", -15, "failed", ""),
    ],
)
def test_other_ends_are_told_and_stay_what_they_are(jobs, line, status, outcome, said):
    ended = jobs.run(TRAIN + f"\n    {line}\n")
    assert ended.status == status
    assert said in ended.err
    assert ends(ended) == [("ended", outcome, 3)]


def test_sigterm_ends_a_job_whose_main_thread_is_stuck(jobs):
    # A lock that is never free, taken without a timeout by C code that no signal wakes.
    stuck = """
    import ctypes, threading
    print("ready", flush=True)
    lock = ctypes.pythonapi.PyThread_allocate_lock
    lock.restype = ctypes.c_void_p
    held = ctypes.c_void_p(lock())
    take = ctypes.CDLL(None).PyThread_acquire_lock
    take(held, 1)
    take(held, 1)
    """
    process = jobs.start(TRAIN + stuck)
    assert process.stdout.readline() == "ready\n"
    process.send_signal(signal.SIGTERM)
    ended = jobs.wait(process, 60)
    assert ended.status == -signal.SIGTERM
    assert ends(ended) == [("ended", "failed", 3)]


def test_a_job_that_handles_sigterm_itself_is_left_to_do_so(jobs):
    ended = jobs.run(
        "    import signal, sys\n    signal.signal(15, lambda *_: sys.exit(3))\n"
        + TRAIN
        + "\n    os.kill(os.getpid(), 15)\n    time.sleep(9)\n"
    )
    assert ended.status == 3
    assert [outcome for _, outcome, _ in ends(ended)] == ["completed"]


def test_children_of_the_job_end_it_for_nobody(jobs):
    ended = jobs.run(
        TRAIN
        + """
    child = os.fork()
    if child == 0:
        step()
        time.sleep(60)
    time.sleep(0.2)
    os.kill(child, 15)
    print(os.waitpid(child, 0)[1], flush=True)
    child = os.fork()
    if child == 0:
        step()
        sys.exit(0)
    print(os.waitpid(child, 0)[1], flush=True)
    time.sleep(1.5)
    step()
    """
    )
    assert (ended.status, ended.out) == (0, "15\n0\n")
    assert ends(ended) == [("ended", "completed", 4)]
    assert len({it["pid"] for it in ended.samples}) == 1


LOADER = """
    import sys, torch, headroom
    class Data(torch.utils.data.Dataset):
        def __len__(self): return 40
        def __getitem__(self, place): return torch.full((8,), float(place))
    def main(kind):
        model = torch.nn.Linear(8, 4)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        headroom.watch(model, optimizer)
        for _ in range(2):
            loader = torch.utils.data.DataLoader(
                Data(), batch_size=4, num_workers=2, multiprocessing_context=kind)
            for x in loader:
                model(x).sum().backward()
                optimizer.step()
    if __name__ == "__main__":
        main(sys.argv[1])
"""


@pytest.mark.parametrize("kind", ["fork", "spawn"])
def test_data_loaders_do_not_publish(jobs, kind):
    ended = jobs.wait(jobs.start(LOADER, kind))
    assert (ended.status, ended.out) == (0, "")
    assert ends(ended) == [("ended", "completed", 20)]
    assert len({(it["pid"], it["run"]) for it in ended.samples}) == 1
    assert len(ended.configs) == 1


def test_a_spawned_loader_that_imports_a_script_without_a_guard_does_not_watch(jobs):
    ended = jobs.run(
        """
    import multiprocessing, sys, torch, headroom
    model = torch.nn.Linear(8, 4)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    reporter = headroom.watch(model, optimizer)
    print(reporter.job)
    def work():
        pass
    if __name__ == "__main__":
        child = multiprocessing.get_context("spawn").Process(target=work)
        child.start()
        child.join()
    """
    )
    assert ended.out == "job\nNone\n"
    assert len({it["pid"] for it in ended.samples}) == 1


TORCHRUN = """
    import os, sys, time, torch, headroom
    model = torch.nn.Linear(8, 4)
    if sys.argv[1] == "ddp":
        torch.distributed.init_process_group("gloo")
        model = torch.nn.parallel.DistributedDataParallel(model)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    headroom.watch(model, optimizer)
    for _ in range(3):
        model(torch.randn(6, 8)).sum().backward()
        optimizer.step()
        optimizer.zero_grad()
    if os.environ["TORCHELASTIC_RESTART_COUNT"] == "0" and sys.argv[1] == "fail":
        open(f"done-{os.environ['RANK']}", "w").close()
        while not (os.path.exists("done-0") and os.path.exists("done-1")):
            time.sleep(0.05)
        raise SystemError("the first time")
    if torch.distributed.is_initialized():
        torch.distributed.destroy_process_group()
"""


@pytest.mark.parametrize(("what", "outcomes"), [("ddp", ["completed"]), ("fail", ["completed", "failed"])])
def test_of_torchruns_ranks_the_first_publishes_the_config_and_a_restart_is_a_new_run(jobs, what, outcomes):
    launcher = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2"]
    launcher += ["--max-restarts=1"]
    ended = jobs.wait(jobs.start(TORCHRUN, what, launcher=launcher), 300)
    assert ended.status == 0, ended.err
    runs = {}
    for sample in ended.samples:
        if "outcome" in sample:
            runs.setdefault(sample["run"], []).append((sample["rank"], sample["outcome"]))
    assert sorted(map(sorted, runs.values())) == [[(0, it), (1, it)] for it in outcomes]
    assert sorted(it["run"] for it in ended.configs) == sorted(runs)
