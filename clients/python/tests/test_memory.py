"""What the caching allocator holds arrives to the byte: on the stand-in CUDA runtime."""

from conftest import HERE

MIB = 1 << 20
START = f"""
    import sys, time, torch, headroom
    sys.path.insert(0, {str(HERE / "standin")!r})
    from kernelless import WithoutKernels
    def mib(size):
        return torch.empty(size << 20, dtype=torch.uint8, device="cuda")
    def settle():
        time.sleep(0.3)
    with WithoutKernels():
        model = torch.nn.Linear(1024, 1024, bias=False).cuda()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    reporter = headroom.watch(model, optimizer)
    def step(extra=0):
        with WithoutKernels():
            out = model(torch.randn(256, 1024, device="cuda"))
            loss = out.sum()
            if extra:
                mib(extra)
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
            del out, loss
"""


def test_what_the_allocator_says_is_what_is_published(jobs, standin):
    ended = jobs.run(
        START
        + """
    held = mib(100)
    settle()
    print(torch.cuda.memory_allocated(), torch.cuda.memory_reserved())
    print(*torch.cuda.mem_get_info())
    """,
        **standin,
    )
    assert ended.status == 0, ended.err
    allocated, reserved, free, total = map(int, ended.out.split())
    last = ended.samples[-1]
    assert allocated == 104 * MIB
    assert last["allocated_bytes"] == allocated
    assert last["reserved_bytes"] == reserved
    assert last["device_used_bytes"] == total - free
    assert last["device_total_bytes"] == total
    assert last["gpu"] == "GPU-7374616e-642d-696e-2d64-657669636500"
    assert last["categories"]["parameters"] == 4 * MIB
    assert ended.err == ""


def test_a_peak_between_two_messages_is_never_lost_and_the_next_message_forgets_it(jobs, standin):
    ended = jobs.run(
        START
        + """
    for _ in range(3):
        step()
        settle()
    step(extra=512)
    for _ in range(4):
        step()
        settle()
    print(torch.cuda.max_memory_allocated())
    """,
        **standin,
    )
    assert ended.status == 0, ended.err
    sizes = [it["allocated_bytes"] for it in ended.samples]
    highest = max(sizes)
    assert highest == int(ended.out)  # the job's own peak, though we reset it again and again
    assert highest > 512 * MIB
    assert sizes[-2] < 30 * MIB
    fullest = next(it for it in ended.samples if it["allocated_bytes"] == highest)
    assert fullest["reserved_bytes"] > highest


def test_categories_are_what_the_tensors_take(jobs, standin):
    ended = jobs.run(START + "    for _ in range(4):\n        step()\n        settle()\n", **standin)
    assert ended.status == 0, ended.err
    assert ended.samples[-1]["categories"] == {
        "parameters": 4 * MIB,
        "gradients": 4 * MIB,
        "optimizer_state": 4 * MIB,
        "input_data": MIB,
        "feature_maps": MIB + 1024,  # the output, the loss, and the gradient that backward begins with
    }
    phases = {it["phase"] for it in ended.samples}
    assert phases <= {"model_loaded", "forward", "backward", "optimizer_step", "idle", "ended"}
    assert {"backward", "optimizer_step"} & phases


def test_a_job_that_resets_its_peaks_sees_its_own_and_ours_are_not_lost(jobs, standin):
    ended = jobs.run(
        START
        + """
    from torch.cuda.memory import reset_peak_memory_stats as early
    step(extra=100)
    settle()
    torch.cuda.reset_peak_memory_stats()
    print(torch.cuda.max_memory_allocated() == torch.cuda.memory_allocated())
    step(extra=50)
    settle()
    step()
    settle()
    print(50 << 20 < torch.cuda.max_memory_allocated() < 100 << 20)
    """,
        **standin,
    )
    assert ended.status == 0, ended.err
    assert ended.out == "True\nTrue\n"
    sizes = [it["allocated_bytes"] for it in ended.samples]
    assert max(sizes) > 100 * MIB
    assert any(50 * MIB < it < 100 * MIB for it in sizes)


def test_peaks_stay_whole_for_every_function_that_reads_them(jobs, standin):
    ended = jobs.run(
        START
        + """
    from torch.cuda import max_memory_allocated, max_memory_reserved
    step(extra=100)
    settle()
    step()
    settle()
    reads = [max_memory_allocated(), torch.cuda.memory_stats()["allocated_bytes.all.peak"]]
    if hasattr(torch, "accelerator") and hasattr(torch.accelerator, "max_memory_allocated"):
        reads.append(torch.accelerator.max_memory_allocated())
    reporter.close()
    print(len(set(reads)), reads[0] > 100 << 20, max_memory_reserved() > 100 << 20)
    """,
        **standin,
    )
    assert ended.status == 0, ended.err
    assert ended.out == "1 True True\n"


def test_out_of_memory_is_told_with_its_numbers(jobs, standin):
    ended = jobs.run(
        START
        + """
    step()
    held = mib(100)
    mib(2000)
    """,
        **standin,
        STANDIN_BYTES=str(1 << 30),
    )
    assert ended.status == 1
    assert "torch.OutOfMemoryError" in ended.err
    assert f"GPU 0 is out of memory: {2000 * MIB:,} bytes asked for" in ended.err
    last = ended.samples[-1]
    assert (last["phase"], last["outcome"]) == ("ended", "out_of_memory")
    assert last["allocated_bytes"] > 100 * MIB
    assert last["device_total_bytes"] == 1 << 30


def test_watching_opens_no_context(jobs, standin):
    ended = jobs.run(
        """
    import torch, headroom, time
    model = torch.nn.Linear(8, 4)
    headroom.watch(model, torch.optim.SGD(model.parameters(), lr=0.1))
    time.sleep(0.3)
    print(torch.cuda.is_available(), torch.cuda.is_initialized())
    """,
        **standin,
    )
    assert ended.out == "True False\n", ended.err


def test_describing_a_model_takes_no_gpu_memory(jobs, standin):
    ended = jobs.run(
        """
    import torch, headroom
    model = torch.nn.utils.skip_init(torch.nn.Linear, 1024, 1024, bias=False, device="cuda")
    x = torch.empty(256, 1024, device="cuda")
    peak = torch.cuda.max_memory_allocated()
    reporter = headroom.watch(model, inputs=x)
    print(reporter.capture_seconds > 0, torch.cuda.memory_allocated() - peak, torch.cuda.max_memory_allocated() - peak)
    """,
        **standin,
    )
    assert (ended.status, ended.out) == (0, "True 0 0\n"), ended.err
    assert ended.configs[0]["layers"][0]["type"] == "linear"


def test_the_peak_before_a_step_that_does_not_end_is_not_lost(jobs, standin):
    ended = jobs.run(
        START
        + """
    step()
    settle()
    step()
    settle()
    step()
    step(extra=300)
    settle()
    with WithoutKernels():
        out = model(torch.randn(256, 1024, device="cuda"))
    raise ValueError("within a step")
    """,
        **standin,
    )
    assert ended.status == 1
    assert max(it["allocated_bytes"] for it in ended.samples) > 300 * MIB
