// For tests.
#pragma once

#include "rt/run_on.h"
