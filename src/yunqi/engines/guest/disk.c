/* Asks a block device of the guest past every cache (O_DIRECT): operations per second, writing and finding a marker.
 *   disk iops PATH SECONDS WORKERS    random aligned 4 KiB reads
 *   disk write PATH OFFSET MIB TEXT   fills MIB from OFFSET with TEXT repeated, forced to the medium, and reads it back
 *   disk find PATH TEXT               counts the 512-byte sectors that hold TEXT
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <linux/fs.h>

enum { BLOCK = 4096, CHUNK = 1 << 20, SECTOR = 512 };

static void fail(const char *what) {
  printf("{\"error\":\"%s: %s\"}\n", what, strerror(errno));
  exit(1);
}

static long long now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static int open_disk(const char *path, int flags, unsigned long long *size) {
  int fd = open(path, flags | O_DIRECT);
  if (fd < 0) fail("open");
  if (ioctl(fd, BLKGETSIZE64, size) < 0) fail("size");
  return fd;
}

static char *aligned(size_t size) {
  void *p;
  if (posix_memalign(&p, BLOCK, size)) fail("memory");
  return p;
}

static int iops(const char *path, int seconds, int workers) {
  unsigned long long size;
  volatile long long *counts =
      mmap(NULL, BLOCK, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (counts == MAP_FAILED) fail("mmap");
  if (workers < 1 || workers > 64) workers = 8;
  if (seconds < 1 || seconds > 60) seconds = 2;
  close(open_disk(path, O_RDONLY, &size));
  long long start = now_ns(), until = start + seconds * 1000000000LL;
  for (int w = 0; w < workers; w++) {
    pid_t child = fork();
    if (child < 0) fail("fork");
    if (child == 0) {
      int fd = open_disk(path, O_RDONLY, &size);
      char *block = aligned(BLOCK);
      unsigned long long x = 88172645463325252ULL + w * 7919, blocks = size / BLOCK;
      while (now_ns() < until) {
        x ^= x << 13; x ^= x >> 7; x ^= x << 17;
        if (pread(fd, block, BLOCK, (off_t)(x % blocks) * BLOCK) != BLOCK) fail("read");
        counts[w]++;
      }
      _exit(0);
    }
  }
  for (int w = 0, status; w < workers; w++) wait(&status);
  long long took_ns = now_ns() - start, reads = 0;
  for (int w = 0; w < workers; w++) reads += counts[w];
  printf("{\"reads\":%lld,\"took_ms\":%lld,\"iops\":%lld}\n", reads, took_ns / 1000000,
         took_ns > 0 ? reads * 1000000000LL / took_ns : 0);
  return 0;
}

static int write_marker(const char *path, long long offset, long mib, const char *text) {
  unsigned long long size;
  int fd = open_disk(path, O_RDWR, &size);
  size_t length = strlen(text);
  char *chunk = aligned(CHUNK), *back = aligned(CHUNK);
  if (length == 0 || length >= SECTOR) { errno = EINVAL; fail("text"); }
  for (size_t i = 0; i < CHUNK; i++) chunk[i] = i % SECTOR < length ? text[i % SECTOR] : '\n';
  long done = 0;
  for (; done < mib && offset + (done + 1LL) * CHUNK <= (long long)size; done++)
    if (pwrite(fd, chunk, CHUNK, offset + (off_t)done * CHUNK) != CHUNK) fail("write");
  if (fsync(fd) < 0) fail("fsync");
  for (long i = 0; i < done; i++) {
    if (pread(fd, back, CHUNK, offset + (off_t)i * CHUNK) != CHUNK) fail("read");
    if (memcmp(chunk, back, CHUNK)) { errno = EIO; fail("read back differs"); }
  }
  printf("{\"written_bytes\":%lld,\"same\":true}\n", (long long)done * CHUNK);
  return 0;
}

static int find(const char *path, const char *text) {
  unsigned long long size, at = 0, found = 0, nonzero = 0;
  int fd = open_disk(path, O_RDONLY, &size);
  char *chunk = aligned(CHUNK);
  for (ssize_t got; at < size; at += got) {
    got = pread(fd, chunk, CHUNK, at);
    if (got <= 0) fail("read");
    for (ssize_t s = 0; s + SECTOR <= got; s += SECTOR)
      found += memmem(chunk + s, SECTOR, text, strlen(text)) != NULL;
    for (ssize_t i = 0; i < got; i++) nonzero += chunk[i] != 0;
  }
  printf("{\"size_bytes\":%llu,\"sectors_found\":%llu,\"nonzero_bytes\":%llu}\n", size, found, nonzero);
  return 0;
}

int main(int argc, char **argv) {
  if (argc == 5 && !strcmp(argv[1], "iops")) return iops(argv[2], atoi(argv[3]), atoi(argv[4]));
  if (argc == 6 && !strcmp(argv[1], "write"))
    return write_marker(argv[2], atoll(argv[3]), atol(argv[4]), argv[5]);
  if (argc == 4 && !strcmp(argv[1], "find")) return find(argv[2], argv[3]);
  fprintf(stderr, "usage: disk iops|write|find ...\n");
  return 2;
}
