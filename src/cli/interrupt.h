// Ctrl-C and SIGTERM, for commands that run until they are told to end: something to wait for,
// instead of the end of the process. The second signal ends it as usual.
#pragma once

namespace kelp::cli {

class Interrupt {
 public:
  /// One at a time in the process.
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  bool came() const;
  /// For poll(): to be read from once a signal came.
  int descriptor() const;
};

}  // namespace kelp::cli
