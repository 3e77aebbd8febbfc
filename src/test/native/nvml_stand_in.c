/*
 * A GPU without a GPU: a libnvidia-ml.so.1 that answers from a script instead of a driver.
 *
 * It is compiled against NVIDIA's published nvml.h, so that every structure, constant and signature
 * is theirs and only the figures are ours. The script is the file "script" beside the library; it
 * is read again whenever it was replaced, so that a test can start and kill processes, unplug a
 * GPU or make a call fail while an agent runs. One statement a line:
 *
 *   driver VERSION
 *   gpu  UUID INDEX TOTAL USED RESERVED NAME...
 *   mig  UUID PARENT_UUID SLOT TOTAL USED RESERVED NAME...   its parent is in MIG mode
 *   compute UUID PID BYTES|unknown                           a process on a GPU or slice
 *   mps     UUID PID BYTES|unknown                           the same, as a client of MPS
 *   longer                                                   the newest list has longer structures, as of 535.43
 *   fail FUNCTION CODE UUID|* NTH|0                          at the NTH call, or at each (0)
 *   calls FILE                                               append the name of each call there
 *
 * A GPU that left the script is unplugged: its old handle answers NVML_ERROR_GPU_IS_LOST.
 */
#define _GNU_SOURCE
#define NVML_NO_UNVERSIONED_FUNC_DEFS
#include <nvml.h>

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define MAX_DEVICES 128
#define MAX_PROCESSES 1024
#define MAX_FAILURES 64

struct nvmlDevice_st {
  char uuid[NVML_DEVICE_UUID_V2_BUFFER_SIZE];
  char name[NVML_DEVICE_NAME_V2_BUFFER_SIZE];
  int present;
  nvmlDevice_t parent; /* of a slice */
  unsigned int index;
  unsigned long long total, used, reserved;
};

struct process {
  nvmlDevice_t device;
  int mps;
  unsigned int pid;
  unsigned long long bytes;
};

struct failure {
  char function[64];
  nvmlReturn_t code;
  char uuid[NVML_DEVICE_UUID_V2_BUFFER_SIZE];
  unsigned int nth;
  unsigned int calls;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct nvmlDevice_st devices[MAX_DEVICES]; /* never moved: a handle points into it */
static int device_count;
static int longer;
static struct process processes[MAX_PROCESSES];
static int process_count;
static struct failure failures[MAX_FAILURES];
static int failure_count;
static char driver[NVML_SYSTEM_DRIVER_VERSION_BUFFER_SIZE];
static char calls_file[4096];
static int initialized;
static struct timespec read_at;
static ino_t read_inode;

static nvmlDevice_t by_uuid(const char *uuid) {
  for (int i = 0; i < device_count; i++)
    if (strcmp(devices[i].uuid, uuid) == 0) return &devices[i];
  if (device_count == MAX_DEVICES) abort();
  nvmlDevice_t device = &devices[device_count++];
  snprintf(device->uuid, sizeof device->uuid, "%s", uuid);
  return device;
}

static void statement(char *line) {
  char a[128], b[128], c[128], d[128];
  unsigned long long total, used, reserved;
  unsigned int number;
  int rest = 0;
  line[strcspn(line, "\n")] = 0;
  if (sscanf(line, "driver %79s", a) == 1) {
    snprintf(driver, sizeof driver, "%.79s", a);
  } else if (sscanf(line, "gpu %95s %u %llu %llu %llu %n", a, &number, &total, &used, &reserved, &rest) == 5) {
    nvmlDevice_t gpu = by_uuid(a);
    *gpu = (struct nvmlDevice_st){.present = 1, .index = number, .total = total, .used = used, .reserved = reserved};
    snprintf(gpu->uuid, sizeof gpu->uuid, "%.95s", a);
    snprintf(gpu->name, sizeof gpu->name, "%s", line + rest);
  } else if (sscanf(line, "mig %95s %95s %u %llu %llu %llu %n", a, b, &number, &total, &used, &reserved, &rest) == 6) {
    nvmlDevice_t parent = by_uuid(b), slice = by_uuid(a);
    *slice = (struct nvmlDevice_st){
        .present = 1, .parent = parent, .index = number, .total = total, .used = used, .reserved = reserved};
    snprintf(slice->uuid, sizeof slice->uuid, "%.95s", a);
    snprintf(slice->name, sizeof slice->name, "%s", line + rest);
  } else if (sscanf(line, "%31s %95s %u %31s", a, b, &number, c) == 4 &&
             (strcmp(a, "compute") == 0 || strcmp(a, "mps") == 0)) {
    if (process_count == MAX_PROCESSES) abort();
    processes[process_count++] = (struct process){
        .device = by_uuid(b),
        .mps = a[0] == 'm',
        .pid = number,
        .bytes = strcmp(c, "unknown") == 0 ? (unsigned long long)NVML_VALUE_NOT_AVAILABLE : strtoull(c, NULL, 10)};
  } else if (sscanf(line, "fail %63s %u %95s %31s", a, &number, b, d) == 4) {
    if (failure_count == MAX_FAILURES) abort();
    struct failure *failure = &failures[failure_count++];
    *failure = (struct failure){.code = (nvmlReturn_t)number, .nth = (unsigned int)atoi(d)};
    snprintf(failure->function, sizeof failure->function, "%.63s", a);
    snprintf(failure->uuid, sizeof failure->uuid, "%.95s", b);
  } else if (strcmp(line, "longer") == 0) {
    longer = 1;
  } else if (sscanf(line, "calls %n", &rest) == 0 && rest > 0) {
    snprintf(calls_file, sizeof calls_file, "%s", line + rest);
  } else if (line[0] != 0 && line[0] != '#') {
    fprintf(stderr, "nvml stand-in: no such statement: %s\n", line);
    abort();
  }
}

static void read_script(void) {
  char path[4096], line[4096];
  Dl_info self;
  struct stat now;
  if (!dladdr((void *)&read_script, &self)) abort();
  snprintf(path, sizeof path - 8, "%s", self.dli_fname);
  char *slash = strrchr(path, '/');
  strcpy(slash ? slash + 1 : path, "script");
  if (stat(path, &now) != 0) return;
  if (now.st_ino == read_inode && now.st_mtim.tv_sec == read_at.tv_sec && now.st_mtim.tv_nsec == read_at.tv_nsec)
    return;
  FILE *script = fopen(path, "r");
  if (!script) return;
  for (int i = 0; i < device_count; i++) devices[i].present = 0;
  process_count = failure_count = longer = 0;
  driver[0] = calls_file[0] = 0;
  while (fgets(line, sizeof line, script)) statement(line);
  fclose(script);
  read_inode = now.st_ino;
  read_at = now.st_mtim;
}

/* Every entry: the script is read if it changed, and says whether this call fails. */
static nvmlReturn_t enter(const char *function, nvmlDevice_t device) {
  read_script();
  if (calls_file[0]) {
    FILE *calls = fopen(calls_file, "a");
    if (calls) {
      fprintf(calls, "%s\n", function);
      fclose(calls);
    }
  }
  for (int i = 0; i < failure_count; i++) {
    struct failure *failure = &failures[i];
    if (strcmp(failure->function, function) != 0) continue;
    if (strcmp(failure->uuid, "*") != 0 && (!device || strcmp(failure->uuid, device->uuid) != 0)) continue;
    failure->calls++;
    if (failure->nth == 0 || failure->nth == failure->calls) return failure->code;
  }
  if (!initialized && strncmp(function, "nvmlInit", 8) != 0) return NVML_ERROR_UNINITIALIZED;
  if (device && !device->present) return NVML_ERROR_GPU_IS_LOST;
  return NVML_SUCCESS;
}

static nvmlReturn_t leave(nvmlReturn_t result) {
  pthread_mutex_unlock(&lock);
  return result;
}

#define ENTER(device)                               \
  pthread_mutex_lock(&lock);                        \
  nvmlReturn_t entered = enter(__func__, (device)); \
  if (entered != NVML_SUCCESS) return leave(entered)

static nvmlReturn_t text(const char *from, char *to, unsigned int length) {
  if (strlen(from) >= length) return NVML_ERROR_INSUFFICIENT_SIZE;
  strcpy(to, from);
  return NVML_SUCCESS;
}

static int in_mig_mode(nvmlDevice_t gpu) {
  for (int i = 0; i < device_count; i++)
    if (devices[i].present && devices[i].parent == gpu) return 1;
  return 0;
}

nvmlReturn_t nvmlInit_v2(void) {
  ENTER(NULL);
  initialized++;
  return leave(NVML_SUCCESS);
}

/* What NVIDIA's Python binding calls. */
nvmlReturn_t nvmlInitWithFlags(unsigned int flags) {
  (void)flags;
  return nvmlInit_v2();
}

nvmlReturn_t nvmlShutdown(void) {
  ENTER(NULL);
  initialized--;
  return leave(NVML_SUCCESS);
}

const char *nvmlErrorString(nvmlReturn_t result) {
  static char message[32];
  snprintf(message, sizeof message, "stand-in error %d", (int)result);
  return message;
}

nvmlReturn_t nvmlSystemGetDriverVersion(char *version, unsigned int length) {
  ENTER(NULL);
  return leave(text(driver, version, length));
}

nvmlReturn_t nvmlDeviceGetCount_v2(unsigned int *count) {
  ENTER(NULL);
  *count = 0;
  for (int i = 0; i < device_count; i++)
    if (devices[i].present && !devices[i].parent) ++*count;
  return leave(NVML_SUCCESS);
}

nvmlReturn_t nvmlDeviceGetHandleByIndex_v2(unsigned int index, nvmlDevice_t *device) {
  pthread_mutex_lock(&lock);
  unsigned int seen = 0;
  nvmlDevice_t found = NULL;
  for (int i = 0; i < device_count && !found; i++)
    if (devices[i].present && !devices[i].parent && seen++ == index) found = &devices[i];
  nvmlReturn_t entered = enter(__func__, found);
  if (entered != NVML_SUCCESS) return leave(entered);
  if (!found) return leave(NVML_ERROR_INVALID_ARGUMENT);
  *device = found;
  return leave(NVML_SUCCESS);
}

nvmlReturn_t nvmlDeviceGetUUID(nvmlDevice_t device, char *uuid, unsigned int length) {
  ENTER(device);
  return leave(text(device->uuid, uuid, length));
}

nvmlReturn_t nvmlDeviceGetName(nvmlDevice_t device, char *name, unsigned int length) {
  ENTER(device);
  return leave(text(device->name, name, length));
}

nvmlReturn_t nvmlDeviceGetIndex(nvmlDevice_t device, unsigned int *index) {
  ENTER(device);
  *index = device->index;
  return leave(NVML_SUCCESS);
}

nvmlReturn_t nvmlDeviceGetMemoryInfo(nvmlDevice_t device, nvmlMemory_t *memory) {
  ENTER(device);
  memory->total = device->total;
  memory->used = device->used + device->reserved; /* version 1 does not tell them apart */
  memory->free = device->total - device->used - device->reserved;
  return leave(NVML_SUCCESS);
}

nvmlReturn_t nvmlDeviceGetMemoryInfo_v2(nvmlDevice_t device, nvmlMemory_v2_t *memory) {
  ENTER(device);
  if (memory->version != nvmlMemory_v2) return leave(NVML_ERROR_ARGUMENT_VERSION_MISMATCH);
  memory->total = device->total;
  memory->reserved = device->reserved;
  memory->used = device->used;
  memory->free = device->total - device->used - device->reserved;
  return leave(NVML_SUCCESS);
}

/* What drivers 535.43 to 535.98 answer: a figure more than the header has. The figure after it is a process of nobody. */
struct longer_info {
  nvmlProcessInfo_t info;
  unsigned long long protected_memory;
};

static nvmlReturn_t list(nvmlDevice_t device, int mps, unsigned int *count, nvmlProcessInfo_t *infos) {
  unsigned int room = *count, found = 0;
  for (int i = 0; i < process_count; i++) {
    struct process *process = &processes[i];
    if (process->mps != mps || (process->device != device && process->device->parent != device)) continue;
    if (found < room && infos) {
      int slice = process->device->parent != NULL;
      infos[found] = (nvmlProcessInfo_t){
          .pid = process->pid,
          .usedGpuMemory = process->bytes,
          .gpuInstanceId = slice ? process->device->index : 0xFFFFFFFF,
          .computeInstanceId = slice ? 0 : 0xFFFFFFFF};
    }
    found++;
  }
  *count = found;
  return found > room ? NVML_ERROR_INSUFFICIENT_SIZE : NVML_SUCCESS;
}

nvmlReturn_t nvmlDeviceGetComputeRunningProcesses_v2(
    nvmlDevice_t device, unsigned int *count, nvmlProcessInfo_v2_t *infos) {
  ENTER(device);
  return leave(list(device, 0, count, (nvmlProcessInfo_t *)infos));
}

nvmlReturn_t nvmlDeviceGetComputeRunningProcesses_v3(
    nvmlDevice_t device, unsigned int *count, nvmlProcessInfo_t *infos) {
  ENTER(device);
  nvmlReturn_t result = list(device, 0, count, infos);
  if (longer && result == NVML_SUCCESS && infos) {
    struct longer_info *wide = (struct longer_info *)infos;
    for (unsigned int i = *count; i-- > 0;)
      wide[i] = (struct longer_info){.info = infos[i], .protected_memory = 3999999999u};
  }
  return leave(result);
}

nvmlReturn_t nvmlDeviceGetMPSComputeRunningProcesses_v3(
    nvmlDevice_t device, unsigned int *count, nvmlProcessInfo_t *infos) {
  ENTER(device);
  return leave(list(device, 1, count, infos));
}

nvmlReturn_t nvmlDeviceGetMigMode(nvmlDevice_t device, unsigned int *current, unsigned int *pending) {
  ENTER(device);
  *current = *pending = in_mig_mode(device) ? NVML_DEVICE_MIG_ENABLE : NVML_DEVICE_MIG_DISABLE;
  return leave(NVML_SUCCESS);
}

nvmlReturn_t nvmlDeviceGetMaxMigDeviceCount(nvmlDevice_t device, unsigned int *count) {
  ENTER(device);
  *count = 7;
  return leave(NVML_SUCCESS);
}

nvmlReturn_t nvmlDeviceGetMigDeviceHandleByIndex(nvmlDevice_t device, unsigned int index, nvmlDevice_t *slice) {
  ENTER(device);
  for (int i = 0; i < device_count; i++)
    if (devices[i].present && devices[i].parent == device && devices[i].index == index) {
      *slice = &devices[i];
      return leave(NVML_SUCCESS);
    }
  return leave(NVML_ERROR_NOT_FOUND);
}
