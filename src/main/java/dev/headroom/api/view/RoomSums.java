package dev.headroom.api.view;

import dev.headroom.ledger.headroom.GpuHeadroom;
import dev.headroom.plan.live.GpuRoom;
import dev.headroom.sample.DeviceSample;

/// What some GPUs have together.
///
/// @param idle those that nobody is on
/// @param overcommitted those whose jobs do not fit together
record RoomSums(
    int gpus,
    int idle,
    int overcommitted,
    long totalBytes,
    long usableBytes,
    long usedBytes,
    long unattributedBytes,
    long expectedBytes,
    long headroomBytes,
    long freeNowBytes,
    long freeAtPeakBytes) {

  static RoomSums of(GpuRoom room) {
    GpuHeadroom gpuHeadroom = room.gpuHeadroom();
    DeviceSample sample = gpuHeadroom.gpu().sample();
    return new RoomSums(
        1,
        room.idle() ? 1 : 0,
        gpuHeadroom.isOverCommitted() ? 1 : 0,
        sample.total().bytes(),
        room.kind().usable().bytes(),
        sample.used().bytes(),
        gpuHeadroom.unattributed().bytes(),
        room.expected().bytes(),
        gpuHeadroom.headroom(),
        room.freeNow().bytes(),
        room.freeAtPeak().bytes());
  }

  RoomSums plus(RoomSums other) {
    return new RoomSums(
        gpus + other.gpus,
        idle + other.idle,
        overcommitted + other.overcommitted,
        Math.addExact(totalBytes, other.totalBytes),
        Math.addExact(usableBytes, other.usableBytes),
        Math.addExact(usedBytes, other.usedBytes),
        Math.addExact(unattributedBytes, other.unattributedBytes),
        Math.addExact(expectedBytes, other.expectedBytes),
        Math.addExact(headroomBytes, other.headroomBytes),
        Math.addExact(freeNowBytes, other.freeNowBytes),
        Math.addExact(freeAtPeakBytes, other.freeAtPeakBytes));
  }
}
