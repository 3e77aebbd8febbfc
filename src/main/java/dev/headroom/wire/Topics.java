package dev.headroom.wire;

/// The topics of the contract.
public final class Topics {

  public static final String LAYER_CONFIGS = "headroom.layer-configs";
  public static final String MEMORY_SAMPLES = "headroom.memory-samples";
  public static final String DEVICE_SAMPLES = "headroom.device-samples";
  public static final String JOB_SUMMARIES = "headroom.job-summaries";
  public static final String DEAD_LETTERS = "headroom.dead-letters";

  private Topics() {}
}
