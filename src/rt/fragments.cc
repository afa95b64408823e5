#include "rt/fragments.h"

#include <unistd.h>

namespace kelp::rt {

OpenFile::~OpenFile() { ::close(descriptor_); }

}  // namespace kelp::rt
