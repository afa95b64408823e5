// The reference model of an engine: everything in the memory of this process. For tests, where it
// says what the right answer is, and for `--memory`. A partition's batches outlive its Log and end
// with the engine.
#pragma once

#include <memory>

#include "engine/engine.h"

namespace kelp::engine {

std::unique_ptr<Engine> make_memory_engine();

}  // namespace kelp::engine
