// What the network itself costs, with a service that answers at once.
//   kelp_net_bench serve [BYTES]             listens, prints its port; answers each request with
//   BYTES
//                                            (default 40); at the end of stdin prints what it did
//   kelp_net_bench load PORT CONNECTIONS SECONDS BYTES [DEPTH]
//                                            each connection keeps DEPTH requests of BYTES under
//                                            way
#include <poll.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string_view>
#include <vector>

#include "client/raw_client.h"
#include "net/server.h"
#include "rt/test_shard.h"

namespace kelp::test {
namespace {

class Fixed final : public net::Service {
 public:
  explicit Fixed(size_t bytes) : answer_(framed(Buffer(bytes).slice()).slice()) {}
  net::Ordering ordering(Bytes) const override { return net::Ordering::pipelined; }
  rt::Task<net::Answer> serve(std::shared_ptr<net::Peer>, Slice) override {
    net::Answer answer;
    answer.kind = net::Answer::Kind::reply;
    answer.frame.add(answer_);
    co_return answer;
  }

 private:
  Slice answer_;
};

double cpu_seconds(clockid_t clock) {
  timespec now{};
  ::clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

int serve(size_t answer_bytes) {
  rt::Shard shard(0);
  Fixed service(answer_bytes);
  net::Server server({&shard}, service, net::Limits());
  net::Endpoint endpoint;
  endpoint.host = "127.0.0.1";
  const auto bound = server.listen(std::vector{endpoint});
  if (!bound) return std::fprintf(stderr, "%s\n", bound.error().text().c_str()), 1;
  server.start();
  shard.start();
  std::printf("%u\n", unsigned{bound->front().port});
  std::fflush(stdout);
  for (int c = 0; (c = std::getchar()) != EOF;) {
  }
  const double cpu = cpu_seconds(CLOCK_PROCESS_CPUTIME_ID);
  const net::Totals totals = server.totals();
  std::printf("requests %lu  bytes_in %lu  cpu %.3f s  %.2f us/request  %.3f s/GB\n",
              totals.requests, totals.bytes_in, cpu,
              cpu * 1e6 / static_cast<double>(totals.requests),
              cpu * 1e9 / static_cast<double>(totals.bytes_in));
  rt::run_on(shard, [&] { return server.shut_down(std::chrono::seconds(1)); });
  shard.stop();
  shard.join();
  return 0;
}

struct Loop {
  RawClient client;
  size_t unsent = 0;    // bytes of requests to send still
  size_t received = 0;  // bytes of the answer under way
};

int load(uint16_t port, int connections, double seconds, size_t bytes, size_t depth) {
  // ApiVersions, for a server that looks at it.
  const Buffer request = framed(as_bytes(std::string("\0\x12", 2) + std::string(bytes - 2, '\0')));
  const int poller = ::epoll_create1(0);
  std::vector<Loop> loops;
  loops.reserve(static_cast<size_t>(connections));
  for (int i = 0; i < connections; ++i) {
    auto client = RawClient::connect("127.0.0.1", port);
    if (!client) return std::fprintf(stderr, "%s\n", client.error().text().c_str()), 1;
    loops.push_back(Loop{std::move(*client)});
    epoll_event event{};
    event.events = EPOLLIN | EPOLLOUT | EPOLLET;
    event.data.ptr = &loops.back();
    ::epoll_ctl(poller, EPOLL_CTL_ADD, loops.back().client.descriptor(), &event);
    loops.back().unsent = depth * request.size();
  }
  size_t answer_bytes = 0;
  size_t answers = 0;
  const auto begun = std::chrono::steady_clock::now();
  const auto end = begun + std::chrono::duration<double>(seconds);
  std::vector<epoll_event> events(256);
  std::vector<uint8_t> sink(1 << 16);
  while (std::chrono::steady_clock::now() < end) {
    const int count = ::epoll_wait(poller, events.data(), 256, 100);
    for (int i = 0; i < count; ++i) {
      Loop& loop = *static_cast<Loop*>(events[static_cast<size_t>(i)].data.ptr);
      for (bool moved = true; moved;) {
        moved = false;
        while (loop.unsent > 0) {
          const size_t rest = (loop.unsent - 1) % request.size() + 1;
          const auto sent = loop.client.send_some(request.slice(request.size() - rest, rest));
          if (!sent) return 1;
          loop.unsent -= *sent;
          if (*sent < rest) break;
        }
        const ssize_t got = ::recv(loop.client.descriptor(), sink.data(), sink.size(), 0);
        if (got <= 0) break;
        if (answer_bytes == 0) answer_bytes = 4 + size_t{sink[3]} + (size_t{sink[2]} << 8);
        loop.received += static_cast<size_t>(got);
        const size_t whole = loop.received / answer_bytes;
        loop.received %= answer_bytes;
        answers += whole;
        loop.unsent += whole * request.size();
        moved = whole > 0;
      }
    }
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  std::printf("%.0f requests/s\n", static_cast<double>(answers) / took.count());
  return 0;
}

int run(int argc, char** argv) {
  const std::string_view mode = argc > 1 ? argv[1] : "";
  if (mode == "serve") return serve(argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 40);
  if (mode == "load" && argc > 5) {
    return load(static_cast<uint16_t>(std::atoi(argv[2])), std::atoi(argv[3]), std::atof(argv[4]),
                std::strtoull(argv[5], nullptr, 10),
                argc > 6 ? std::strtoull(argv[6], nullptr, 10) : 1);
  }
  std::fprintf(stderr, "kelp_net_bench serve|load (see its source)\n");
  return 2;
}

}  // namespace
}  // namespace kelp::test

int main(int argc, char** argv) { return kelp::test::run(argc, argv); }
