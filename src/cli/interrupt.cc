#include "cli/interrupt.h"

#include <fcntl.h>
#include <unistd.h>

#include <csignal>

#include "base/assert.h"

namespace kelp::cli {
namespace {

// A handler has no other way to its object.
int pipe_ends[2] = {-1, -1};
volatile std::sig_atomic_t signalled = 0;

void note(int) {
  signalled = 1;
  const char byte = 0;
  (void)!::write(pipe_ends[1], &byte, 1);
}

void on_signals(void (*handler)(int)) {
  struct sigaction action = {};
  action.sa_handler = handler;
  sigemptyset(&action.sa_mask);
  action.sa_flags = static_cast<int>(SA_RESETHAND);  // the second one is nobody's to wait for
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
}

}  // namespace

Interrupt::Interrupt() {
  KELP_ASSERT(pipe_ends[0] < 0, pipe_ends[0]);
  KELP_ASSERT(::pipe2(pipe_ends, O_CLOEXEC | O_NONBLOCK) == 0);
  signalled = 0;
  on_signals(&note);
}

Interrupt::~Interrupt() {
  on_signals(SIG_DFL);
  for (int& end : pipe_ends) {
    ::close(end);
    end = -1;
  }
}

bool Interrupt::came() const { return signalled != 0; }

int Interrupt::descriptor() const { return pipe_ends[0]; }

}  // namespace kelp::cli
