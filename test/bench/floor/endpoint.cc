#include "bench/floor/endpoint.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>

namespace kelp::floor {
namespace {

constexpr size_t kFirstBufferBytes = 256 << 10;  // what one recv takes of small requests
constexpr size_t kRoomBehindFrame = 64 << 10;
constexpr size_t kMaxFrameBytes = 128 << 20;
constexpr int kMaxEvents = 256;

volatile sig_atomic_t g_ended = 0;

int checked(int result, const char* what) {
  if (result >= 0) return result;
  std::perror(what);
  std::exit(1);
}

void watch(int epoll, int operation, int fd, uint32_t events, void* whose) {
  epoll_event event{};
  event.events = events;
  event.data.ptr = whose;
  checked(::epoll_ctl(epoll, operation, fd, &event), "epoll_ctl");
}

}  // namespace

int64_t now_ms() {
  using std::chrono::steady_clock, std::chrono::milliseconds;
  return std::chrono::duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
}

Endpoint::Endpoint(Options options) : options_(std::move(options)) {
  for (int i = 0; i < options_.partitions; ++i) {
    partitions_.emplace_back(options_.directory + "/" + std::to_string(i) + ".log");
  }
  dirty_.resize(partitions_.size());
  listener_ = checked(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), "socket");
  const int on = 1;
  ::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(options_.port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* as_any = reinterpret_cast<sockaddr*>(&address);
  checked(::bind(listener_, as_any, sizeof(address)), "bind");
  checked(::listen(listener_, SOMAXCONN), "listen");
  socklen_t size = sizeof(address);
  ::getsockname(listener_, as_any, &size);
  port_ = ntohs(address.sin_port);
  epoll_ = checked(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1");
  watch(epoll_, EPOLL_CTL_ADD, listener_, EPOLLIN, nullptr);
  if (!options_.sync) return;
  synced_event_ = checked(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC), "eventfd");
  watch(epoll_, EPOLL_CTL_ADD, synced_event_, EPOLLIN, &synced_event_);
  syncer_ = std::thread([this] { sync_files(); });
}

Endpoint::~Endpoint() {
  if (syncer_.joinable()) {
    {
      const std::lock_guard lock(mutex_);
      ending_ = true;
    }
    work_.notify_one();
    syncer_.join();
  }
  for (const auto& client : clients_) ::close(client->fd);
  for (const int fd : {epoll_, listener_, synced_event_}) {
    if (fd >= 0) ::close(fd);
  }
}

void Endpoint::serve() {
  struct sigaction end{};
  end.sa_handler = [](int) { g_ended = 1; };  // no SA_RESTART: epoll_wait returns
  ::sigaction(SIGTERM, &end, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
  epoll_event events[kMaxEvents];
  while (g_ended == 0) {
    const int64_t deadline = next_deadline_ms();
    const int64_t wait = deadline < 0 ? -1 : std::max<int64_t>(0, deadline - now_ms());
    const int count = ::epoll_wait(epoll_, events, kMaxEvents, static_cast<int>(wait));
    for (int i = 0; i < count; ++i) {
      if (events[i].data.ptr == nullptr) {
        accept_all();
      } else if (events[i].data.ptr == &synced_event_) {
        finish_sync();
      } else {
        on_event(*static_cast<Client*>(events[i].data.ptr), events[i].events);
      }
    }
    if (options_.sync) begin_sync();
    answer_waiting();
    std::erase_if(clients_, [](const auto& client) { return client->fd < 0; });
  }
}

void Endpoint::accept_all() {
  for (;;) {
    const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return;
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    auto& client = clients_.emplace_back(std::make_unique<Client>());
    client->fd = fd;
    client->received.resize(kFirstBufferBytes);
    watch(epoll_, EPOLL_CTL_ADD, fd, EPOLLIN, client.get());
  }
}

void Endpoint::on_event(Client& client, uint32_t events) {
  if (client.fd < 0) return;
  if ((events & EPOLLOUT) != 0) send(client);
  if ((events & ~EPOLLOUT) == 0) return;
  if (receive(client)) {
    send(client);
  } else {
    forget(client);
  }
}

bool Endpoint::receive(Client& client) {
  auto& buffer = client.received;
  const ssize_t got =
      ::recv(client.fd, buffer.data() + client.filled, buffer.size() - client.filled, 0);
  if (got <= 0) return got < 0 && errno == EAGAIN;
  client.filled += static_cast<size_t>(got);
  size_t at = 0;
  while (client.filled - at >= sizeof(uint32_t)) {
    const size_t whole = sizeof(uint32_t) + load_big<uint32_t>(buffer.data() + at);
    if (whole > kMaxFrameBytes) return false;
    if (client.filled - at < whole) {
      if (buffer.size() - at < whole) {
        std::copy(buffer.begin() + static_cast<ptrdiff_t>(at),
                  buffer.begin() + static_cast<ptrdiff_t>(client.filled), buffer.begin());
        client.filled -= std::exchange(at, 0);
        buffer.resize(std::max(buffer.size(), whole + kRoomBehindFrame));
      }
      break;
    }
    handle(client, std::span(buffer).subspan(at + sizeof(uint32_t), whole - sizeof(uint32_t)));
    at += whole;
  }
  if (at == 0) return true;
  std::copy(buffer.begin() + static_cast<ptrdiff_t>(at),
            buffer.begin() + static_cast<ptrdiff_t>(client.filled), buffer.begin());
  client.filled -= at;
  return true;
}

void Endpoint::reply_with(Client& client, std::string frame) {
  client.outgoing.emplace_back().head = std::move(frame);
}

void Endpoint::send(Client& client) {
  while (!client.outgoing.empty()) {
    Outgoing& next = client.outgoing.front();
    ssize_t sent = 0;
    if (next.head_sent < next.head.size()) {
      const int more = next.file_bytes > 0 ? MSG_MORE : 0;
      sent = ::send(client.fd, next.head.data() + next.head_sent, next.head.size() - next.head_sent,
                    MSG_NOSIGNAL | more);
      next.head_sent += sent > 0 ? static_cast<size_t>(sent) : 0;
    } else if (next.file_bytes > 0) {
      sent = ::sendfile(client.fd, next.fd, &next.position, next.file_bytes);
      next.file_bytes -= sent > 0 ? static_cast<size_t>(sent) : 0;
    } else {
      client.outgoing.pop_front();
      continue;
    }
    if (sent <= 0) break;
  }
  const bool blocked = !client.outgoing.empty();
  if (blocked == client.wants_room) return;
  client.wants_room = blocked;
  const uint32_t room = blocked ? uint32_t{EPOLLOUT} : 0U;
  watch(epoll_, EPOLL_CTL_MOD, client.fd, EPOLLIN | room, &client);
}

/// Its memory goes at the end of the turn: events of this turn may still name it.
void Endpoint::forget(Client& client) {
  ::close(std::exchange(client.fd, -1));
  client.waiting.reset();
  const auto of_client = [&](const Unsynced& reply) { return reply.client == &client; };
  std::erase_if(unsynced_, of_client);
  std::erase_if(being_synced_, of_client);
}

void Endpoint::begin_sync() {
  if (unsynced_.empty() || !being_synced_.empty()) return;
  being_synced_ = std::exchange(unsynced_, {});
  {
    const std::lock_guard lock(mutex_);
    for (size_t i = 0; i < partitions_.size(); ++i) {
      if (!dirty_[i]) continue;
      dirty_[i] = false;
      to_sync_.push_back(partitions_[i].fd());
    }
  }
  work_.notify_one();
}

void Endpoint::finish_sync() {
  uint64_t times = 0;
  if (::read(synced_event_, &times, sizeof(times)) < 0) return;
  for (Unsynced& reply : being_synced_) {
    reply_with(*reply.client, std::move(reply.frame));
    send(*reply.client);
  }
  being_synced_.clear();
}

void Endpoint::sync_files() {
  std::unique_lock lock(mutex_);
  for (;;) {
    work_.wait(lock, [this] { return ending_ || !to_sync_.empty(); });
    if (ending_) return;
    const std::vector<int> files = std::exchange(to_sync_, {});
    lock.unlock();
    for (const int fd : files) checked(::fdatasync(fd), "fdatasync");
    const uint64_t one = 1;
    if (::write(synced_event_, &one, sizeof(one)) < 0) return;
    lock.lock();
  }
}

int64_t Endpoint::next_deadline_ms() const {
  int64_t first = -1;
  for (const auto& client : clients_) {
    if (!client->waiting) continue;
    if (first < 0 || client->waiting->deadline_ms < first) first = client->waiting->deadline_ms;
  }
  return first;
}

void Endpoint::answer_waiting() {
  const int64_t now = now_ms();
  const bool appended = std::exchange(appended_, false);
  for (const auto& client : clients_) {
    if (!client->waiting) continue;
    const bool late = now >= client->waiting->deadline_ms;
    if ((!appended && !late) || !answer_fetch(*client, *client->waiting, late)) continue;
    client->waiting.reset();
    send(*client);
  }
}

}  // namespace kelp::floor
