package dev.headroom.agent.nvml;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.bytedeco.cuda.global.nvml;
import org.bytedeco.javacpp.Loader;

/// Loads the two native libraries that the JavaCPP binding of NVML needs, and no other.
///
/// Left to itself the binding's loader initialises the CUDA runtime's binding first, because the
/// presets of NVML inherit from it; that one wants `libcudart.so.13`, which a GPU node does not
/// have, and without it NVML could not be used at all. So its loader is switched off and its own
/// files are loaded from here.
final class NvmlBinding {
  private static boolean loaded;

  private NvmlBinding() {}

  /// Loads them once; a later call does nothing.
  ///
  /// @throws UnsatisfiedLinkError if there is none for this platform, or it does not load
  @SuppressWarnings("restricted")
  static synchronized void load() {
    if (loaded) {
      return;
    }
    System.setProperty("org.bytedeco.javacpp.loadlibraries", "false");
    System.load(file(Loader.class, "/org/bytedeco/javacpp/", "libjnijavacpp.so"));
    System.load(file(nvml.class, "/org/bytedeco/cuda/", "libjninvml.so"));
    loaded = true;
  }

  private static String file(Class<?> owner, String folder, String name) {
    String resource = folder + Loader.getPlatform() + "/" + name;
    try {
      File file = Loader.cacheResource(owner, resource);
      if (file == null) {
        throw new UnsatisfiedLinkError("no " + resource + " for this platform");
      }
      return file.getAbsolutePath();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
