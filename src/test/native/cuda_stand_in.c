/*
 * A libcuda.so.1 for JCuda's driver binding, compiled against NVIDIA's published cuda.h: two GPUs
 * whose memory the file "script" beside the library says ("TOTAL FREE" a line), and a call that
 * fails if the script says "fail FUNCTION CODE". It counts the contexts that are open in "contexts".
 *
 * What cannot be had this way is the CUDA runtime (libcudart): it is linked into JCuda's runtime
 * binding and asks the driver for undocumented tables (cuGetExportTable).
 */
#define _GNU_SOURCE
#include <cuda.h>

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GPUS 2

static int context_count;
static CUdevice current = -1;

static const char *beside(const char *name) {
  static char path[4096];
  Dl_info self;
  if (!dladdr((void *)&beside, &self)) abort();
  snprintf(path, sizeof path - 16, "%s", self.dli_fname);
  strcpy(strrchr(path, '/') + 1, name);
  return path;
}

static CUresult script(const char *function, int gpu, size_t *total, size_t *free) {
  char line[256], name[128];
  int seen = 0, code;
  unsigned long long t, f;
  CUresult result = CUDA_SUCCESS;
  FILE *file = fopen(beside("script"), "r");
  while (file && fgets(line, sizeof line, file)) {
    if (sscanf(line, "fail %127s %d", name, &code) == 2) {
      if (strcmp(name, function) == 0) result = (CUresult)code;
    } else if (sscanf(line, "%llu %llu", &t, &f) == 2 && seen++ == gpu && total) {
      *total = t;
      *free = f;
    }
  }
  if (file) fclose(file);
  return result;
}

static void contexts(int change) {
  context_count += change;
  FILE *file = fopen(beside("contexts"), "w");
  if (file) {
    fprintf(file, "%d", context_count);
    fclose(file);
  }
}

CUresult CUDAAPI cuInit(unsigned int flags) {
  (void)flags;
  return script("cuInit", -1, NULL, NULL);
}

CUresult CUDAAPI cuDeviceGetCount(int *count) {
  *count = GPUS;
  return script("cuDeviceGetCount", -1, NULL, NULL);
}

CUresult CUDAAPI cuDeviceGet(CUdevice *device, int ordinal) {
  if (ordinal < 0 || ordinal >= GPUS) return CUDA_ERROR_INVALID_DEVICE;
  *device = ordinal;
  return CUDA_SUCCESS;
}

CUresult CUDAAPI cuDeviceGetName(char *name, int length, CUdevice device) {
  snprintf(name, (size_t)length, "Orin %d", device);
  return script("cuDeviceGetName", -1, NULL, NULL);
}

CUresult CUDAAPI cuDeviceGetUuid(CUuuid *uuid, CUdevice device) {
  memset(uuid->bytes, 0x10 + device, sizeof uuid->bytes);
  return script("cuDeviceGetUuid", -1, NULL, NULL);
}

/* A context that another part of the process opened, where the script says "active". */
CUresult CUDAAPI cuDevicePrimaryCtxGetState(CUdevice device, unsigned int *flags, int *active) {
  char line[256];
  FILE *file = fopen(beside("script"), "r");
  (void)device;
  *flags = 0;
  *active = context_count > 0;
  while (file && fgets(line, sizeof line, file))
    if (strcmp(line, "active\n") == 0) *active = 1;
  if (file) fclose(file);
  return script("cuDevicePrimaryCtxGetState", -1, NULL, NULL);
}

CUresult CUDAAPI cuDevicePrimaryCtxRetain(CUcontext *context, CUdevice device) {
  CUresult result = script("cuDevicePrimaryCtxRetain", -1, NULL, NULL);
  if (result != CUDA_SUCCESS) return result;
  *context = (CUcontext)(size_t)(device + 1);
  contexts(1);
  return CUDA_SUCCESS;
}

#undef cuDevicePrimaryCtxRelease
CUresult CUDAAPI cuDevicePrimaryCtxRelease_v2(CUdevice device) {
  (void)device;
  contexts(-1);
  return CUDA_SUCCESS;
}

#undef cuCtxPushCurrent
CUresult CUDAAPI cuCtxPushCurrent_v2(CUcontext context) {
  current = (CUdevice)(size_t)context - 1;
  return script("cuCtxPushCurrent", -1, NULL, NULL);
}

#undef cuCtxPopCurrent
CUresult CUDAAPI cuCtxPopCurrent_v2(CUcontext *context) {
  *context = (CUcontext)(size_t)(current + 1);
  current = -1;
  return CUDA_SUCCESS;
}

#undef cuMemGetInfo
CUresult CUDAAPI cuMemGetInfo_v2(size_t *free, size_t *total) {
  if (current < 0) return CUDA_ERROR_INVALID_CONTEXT;
  return script("cuMemGetInfo", current, total, free);
}
