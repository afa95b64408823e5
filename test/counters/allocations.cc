// Counts a process's allocations from outside: preloaded (LD_PRELOAD), it adds one to the 64-bit
// number at the front of the file $COUNT_ALLOCATIONS_IN for each malloc, calloc, realloc and
// aligned allocation. C++'s operator new comes here too.
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>

extern "C" {
void* __libc_malloc(size_t size);
void* __libc_calloc(size_t count, size_t size);
void* __libc_realloc(void* old, size_t size);
void* __libc_memalign(size_t alignment, size_t size);
}

namespace {

using Counter = std::atomic<uint64_t>;
Counter g_before_the_file;  // the loader allocates before constructors run
std::atomic<Counter*> g_counter = &g_before_the_file;

[[gnu::constructor]] void map_the_file() {
  const char* path = std::getenv("COUNT_ALLOCATIONS_IN");
  const int fd = path == nullptr ? -1 : ::open(path, O_RDWR | O_CLOEXEC);
  if (fd < 0) return;
  void* mapped = ::mmap(nullptr, sizeof(Counter), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  ::close(fd);
  if (mapped != MAP_FAILED) g_counter = static_cast<Counter*>(mapped);
}

void count() { g_counter.load(std::memory_order_relaxed)->fetch_add(1, std::memory_order_relaxed); }

}  // namespace

extern "C" {

void* malloc(size_t size) { return count(), __libc_malloc(size); }
void* calloc(size_t number, size_t size) { return count(), __libc_calloc(number, size); }
void* realloc(void* old, size_t size) { return count(), __libc_realloc(old, size); }
void* aligned_alloc(size_t alignment, size_t size) {
  return count(), __libc_memalign(alignment, size);
}
int posix_memalign(void** out, size_t alignment, size_t size) {
  count();
  *out = __libc_memalign(alignment, size);
  return *out == nullptr ? 12 : 0;  // ENOMEM
}

}  // extern "C"
