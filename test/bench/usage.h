// What a server used between two looks, and what a bench does with a Result that must be there.
#pragma once

#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>

#include "base/assert.h"
#include "base/result.h"
#include "client/kelp_process.h"

namespace kelp::test {

struct Usage {
  double cpu_s = 0;
  double rss_mib = 0;

  static Usage of(const KelpProcess& kelp) {
    std::ifstream stat("/proc/" + std::to_string(kelp.pid()) + "/stat");
    std::string text((std::istreambuf_iterator<char>(stat)), {});
    unsigned long user = 0, system = 0;
    const size_t name_end = text.rfind(')');
    const int found =
        std::sscanf(text.c_str() + name_end + 1,
                    " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system);
    KELP_ASSERT(found == 2);
    return {static_cast<double>(user + system) / static_cast<double>(sysconf(_SC_CLK_TCK)),
            static_cast<double>(kelp.rss_kib()) / 1024};
  }
};

template <class T>
T must(Result<T> result) {
  KELP_ASSERT(result.has_value(), result.error().text());
  return *std::move(result);
}

}  // namespace kelp::test
