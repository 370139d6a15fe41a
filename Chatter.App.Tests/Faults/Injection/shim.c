// Preloaded into the server by the fault tests (LD_PRELOAD): breaks the disk and the clock under it.
//   CHATTER_SHIM_FOLDER   files in this folder are concerned, others never
//   CHATTER_SHIM_CONTROL  a file of 64-bit integers that the tests write while the server runs: what is broken now, and how often it was met
//   CHATTER_SHIM_JOURNAL  where given, what was written and what stood there before is recorded here, and what fsync made durable, so that the tests can
//                         take back at "power off" what a disk may lose: SIGKILL alone doesn't, since the page cache outlives the process
// Build: gcc -O2 -shared -fPIC -o shim.so shim.c -ldl -lpthread
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum { FSYNC_FAILS, WRITE_FAILS, DISK_FULL, FSYNC_DELAY_MS, CLOCK_OFFSET_MS, FSYNC_LIES, MET, SYNCED, CONTROLS };  // in thousandths: the first two
enum { MAX_FD = 65536, MAX_PATH = 512 };

struct record { char kind; char pad[3]; int32_t file; int64_t offset, length, old_length, size; };  // kind: F a path, W a write, T a truncation, S a sync, U an unlink

static volatile int64_t none[CONTROLS], *control = none;
static char folder[MAX_PATH];
static int32_t tracked[MAX_FD];  // file number + 1, by descriptor
static char paths[256][MAX_PATH];
static int files, journal = -1;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static unsigned seed = 1;

#define REAL(name) static __typeof__(name) *real; if (!real) real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

__attribute__((constructor)) static void start(void) {
  const char *where = getenv("CHATTER_SHIM_FOLDER"), *file = getenv("CHATTER_SHIM_CONTROL"), *log = getenv("CHATTER_SHIM_JOURNAL");
  if (!where || !file) return;
  int fd = open(file, O_RDWR);
  void *shared = fd < 0 ? MAP_FAILED : mmap(0, sizeof none, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (shared == MAP_FAILED) { fprintf(stderr, "shim: no control file\n"); _exit(99); }
  close(fd);
  control = shared;
  if (log && (journal = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)) < 0) { fprintf(stderr, "shim: no journal\n"); _exit(99); }
  snprintf(folder, sizeof folder, "%s/", where);
}

static void put(const void *bytes, size_t length) {
  REAL(write);
  if (length && real(journal, bytes, length) != (ssize_t)length) { fprintf(stderr, "shim: the journal is full\n"); _exit(99); }
}

static void opened(int fd, const char *path) {
  if (fd < 0 || fd >= MAX_FD || !*folder) return;
  tracked[fd] = 0;
  if (strncmp(path, folder, strlen(folder)) || strstr(path, "-shm") || strlen(path) >= MAX_PATH) return;
  pthread_mutex_lock(&lock);
  int file = 0;
  while (file < files && strcmp(paths[file], path)) file++;
  if (file == files && files < 256) {
    strcpy(paths[files++], path);
    struct record r = { .kind = 'F', .file = file, .length = strlen(path) };
    if (journal >= 0) { put(&r, sizeof r); put(path, r.length); }
  }
  if (file < 256) tracked[fd] = file + 1;
  pthread_mutex_unlock(&lock);
}

static int met(int what) {
  if (!control[what]) return 0;
  pthread_mutex_lock(&lock);
  int hit = rand_r(&seed) % 1000 < control[what];
  pthread_mutex_unlock(&lock);
  if (hit) __sync_fetch_and_add(&control[MET], 1);
  return hit;
}

static int32_t file_of(int fd) { return fd >= 0 && fd < MAX_FD ? tracked[fd] : 0; }

// What stands at the place before it is overwritten, and what will.
static void record_change(char kind, int fd, int64_t offset, int64_t length, const void *bytes) {
  struct stat s;
  fstat(fd, &s);
  int64_t end = kind == 'T' ? s.st_size : offset + length, old = end > s.st_size ? s.st_size - offset : end - offset;
  if (old < 0) old = 0;
  char *before = malloc(old ? old : 1);
  int reader = -1;
  if (old) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    REAL(open);
    reader = real(link, O_RDONLY | O_CLOEXEC);  // the descriptor itself may be for writing only
    if (reader < 0 || pread(reader, before, old, offset) != old) { fprintf(stderr, "shim: can't read what is overwritten\n"); _exit(99); }
    close(reader);
  }
  struct record r = { .kind = kind, .file = tracked[fd] - 1, .offset = offset, .length = length, .old_length = old, .size = s.st_size };
  put(&r, sizeof r);
  put(before, old);
  put(bytes, length);
  free(before);
}

static ssize_t write_at(int fd, const void *bytes, size_t length, off64_t offset, ssize_t (*write_it)(int, const void *, size_t, off64_t)) {
  if (!file_of(fd) || !length) return write_it(fd, bytes, length, offset);
  if (met(WRITE_FAILS)) { errno = EIO; return -1; }
  struct stat s;
  if (control[DISK_FULL] && !fstat(fd, &s) && offset + (off64_t)length > s.st_size) {
    __sync_fetch_and_add(&control[MET], 1);
    if (offset >= s.st_size) { errno = ENOSPC; return -1; }
    length = s.st_size - offset;  // a short write first, as a real disk does
  }
  if (journal < 0) return write_it(fd, bytes, length, offset);
  pthread_mutex_lock(&lock);
  record_change('W', fd, offset, length, bytes);
  ssize_t done = write_it(fd, bytes, length, offset);
  pthread_mutex_unlock(&lock);
  return done;
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t offset) {
  REAL(pwrite64);
  return write_at(fd, bytes, length, offset, real);
}

static ssize_t append(int fd, const void *bytes, size_t length, off64_t offset) {
  (void)offset;
  REAL(write);
  return real(fd, bytes, length);
}

ssize_t write(int fd, const void *bytes, size_t length) {
  return write_at(fd, bytes, length, file_of(fd) ? lseek(fd, 0, SEEK_CUR) : 0, append);
}

int ftruncate64(int fd, off64_t length) {
  REAL(ftruncate64);
  if (!file_of(fd) || journal < 0) return real(fd, length);
  pthread_mutex_lock(&lock);
  record_change('T', fd, length, 0, "");
  int result = real(fd, length);
  pthread_mutex_unlock(&lock);
  return result;
}

int fsync(int fd) {
  REAL(fsync);
  if (!file_of(fd)) return real(fd);
  if (control[FSYNC_DELAY_MS]) {
    __sync_fetch_and_add(&control[MET], 1);
    usleep(control[FSYNC_DELAY_MS] * 1000);
  }
  if (met(FSYNC_FAILS)) { errno = EIO; return -1; }
  __sync_fetch_and_add(&control[SYNCED], 1);
  if (journal < 0) return real(fd);
  // Where the journal decides what is durable, the real disk needn't.
  if (control[FSYNC_LIES]) return 0;
  struct record r = { .kind = 'S', .file = tracked[fd] - 1 };
  pthread_mutex_lock(&lock);
  put(&r, sizeof r);
  pthread_mutex_unlock(&lock);
  return 0;
}

int unlink(const char *path) {
  REAL(unlink);
  if (journal < 0 || strncmp(path, folder, strlen(folder))) return real(path);
  pthread_mutex_lock(&lock);
  for (int file = 0; file < files; file++) {
    if (strcmp(paths[file], path)) continue;
    struct record r = { .kind = 'U', .file = file };
    put(&r, sizeof r);
  }
  int result = real(path);
  pthread_mutex_unlock(&lock);
  return result;
}

// Both names of one call: with large files the second.
#define OPEN(name)                                                                       \
  int name(const char *path, int flags, ...) {                                           \
    REAL(name);                                                                          \
    va_list more;                                                                        \
    va_start(more, flags);                                                               \
    int fd = real(path, flags, flags & (O_CREAT | O_TMPFILE) ? va_arg(more, int) : 0);   \
    va_end(more);                                                                        \
    opened(fd, path);                                                                    \
    return fd;                                                                           \
  }
OPEN(open)
OPEN(open64)

int close(int fd) {
  REAL(close);
  if (fd >= 0 && fd < MAX_FD) tracked[fd] = 0;
  return real(fd);
}

int clock_gettime(clockid_t clock, struct timespec *now) {
  REAL(clock_gettime);
  int result = real(clock, now);
  if (!result && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE) && control[CLOCK_OFFSET_MS]) {
    int64_t ns = now->tv_sec * 1000000000LL + now->tv_nsec + control[CLOCK_OFFSET_MS] * 1000000LL;
    now->tv_sec = ns / 1000000000LL;
    now->tv_nsec = ns % 1000000000LL;
  }
  return result;
}
