// Fixed work, timed, as one JSON line of milliseconds: arithmetic, memory, system calls, first
// touch. test/bench asks before and after each sample and throws a sample away when the machine was
// not as quick as it can be.
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <vector>

namespace {

constexpr int kMultiplications = 30'000'000;
constexpr size_t kCopiedBytes = 32 << 20, kTouchedBytes = 64 << 20, kPageBytes = 4096;
constexpr int kCopies = 8, kSystemCalls = 100'000;

template <class Work>
double milliseconds_of(Work work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin)
      .count();
}

/// The compiler must believe that somebody looks at what `pointer` names.
void keep(void* pointer) { asm volatile("" : : "g"(pointer) : "memory"); }

void multiply() {
  uint64_t value = 1;
  for (int i = 0; i < kMultiplications; ++i) {
    value = value * 6364136223846793005ULL + 1;
    asm volatile("" : "+r"(value));
  }
}

void touch() {
  void* fresh =
      ::mmap(nullptr, kTouchedBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (fresh == MAP_FAILED) return;
  for (size_t at = 0; at < kTouchedBytes; at += kPageBytes) static_cast<char*>(fresh)[at] = 1;
  ::munmap(fresh, kTouchedBytes);
}

}  // namespace

int main() {
  std::vector<char> from(kCopiedBytes, 1), to(kCopiedBytes, 2);
  const auto copy = [&] {
    for (int i = 0; i < kCopies; ++i) {
      std::memcpy(to.data(), from.data(), kCopiedBytes);
      keep(to.data());
    }
  };
  const auto call = [] {
    for (int i = 0; i < kSystemCalls; ++i) ::syscall(SYS_getppid);
  };
  const double alu = milliseconds_of(multiply), memory = milliseconds_of(copy);
  const double calls = milliseconds_of(call), touched = milliseconds_of(touch);
  std::printf("{\"alu\": %.2f, \"memory\": %.2f, \"calls\": %.2f, \"touch\": %.2f}\n", alu, memory,
              calls, touched);
}
