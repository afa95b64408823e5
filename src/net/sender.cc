#include "net/sender.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/sendfile.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace kelp::net {
namespace {

/// Pieces of memory in one system call: a turn's small answers, or the inline parts of a fetch.
constexpr size_t kMaxPieces = 64;
/// What one call to sendfile may move: a step of well under a millisecond.
constexpr size_t kSendfileStepBytes = size_t{1} << 20;
/// What one connection may send before the others of its shard have a turn.
constexpr size_t kBytesPerTurn = size_t{4} << 20;

/// While it lives, the kernel sends only full segments: what is between two ranges of files leaves
/// with them.
class Corked {
 public:
  Corked(int socket, bool wanted) : socket_(wanted ? socket : -1) { set(1); }
  ~Corked() { set(0); }
  Corked(const Corked&) = delete;
  Corked& operator=(const Corked&) = delete;

 private:
  void set(int on) const {
    // Without effect where it fails; it only saves packets.
    if (socket_ >= 0) (void)::setsockopt(socket_, IPPROTO_TCP, TCP_CORK, &on, sizeof on);
  }
  int socket_;
};

ssize_t send_memory(int socket, std::span<iovec> pieces, bool more_follows) {
  const int flags = MSG_NOSIGNAL | MSG_DONTWAIT | (more_follows ? MSG_MORE : 0);
  if (pieces.size() == 1) return ::send(socket, pieces[0].iov_base, pieces[0].iov_len, flags);
  msghdr message{};
  message.msg_iov = pieces.data();
  message.msg_iovlen = pieces.size();
  return ::sendmsg(socket, &message, flags);
}

ssize_t send_file(int socket, const rt::FileRange& range) {
  auto position = static_cast<off_t>(range.position);
  return ::sendfile(socket, range.file->descriptor(), &position,
                    std::min(range.size, kSendfileStepBytes));
}

}  // namespace

Result<Sent> send_replies(int socket, Replies& replies, size_t& sent_bytes) {
  if (!replies.has_next()) return Sent::all;
  const Corked corked(socket, replies.unsent_ranges() > 1);
  std::array<iovec, kMaxPieces> pieces;
  size_t this_turn = 0;
  while (replies.has_next()) {
    if (this_turn >= kBytesPerTurn) return Sent::enough;
    const Replies::Gathered gathered = replies.gather(pieces);
    const bool memory = gathered.pieces > 0;
    const ssize_t done =
        memory ? send_memory(socket, std::span(pieces).first(gathered.pieces), gathered.more)
               : send_file(socket, replies.file_range());
    if (done < 0 && errno == EINTR) continue;
    if (done < 0 && errno == EAGAIN) return Sent::blocked;
    if (done < 0) return fail(ErrorKind::io, "cannot send", errno);
    if (done == 0) return fail(ErrorKind::io, "a file is shorter than what was promised of it");
    const auto left = static_cast<size_t>(done);
    sent_bytes += left;
    this_turn += left;
    replies.sent(left);
    if (memory && left < gathered.bytes) return Sent::blocked;
  }
  return Sent::all;
}

}  // namespace kelp::net
