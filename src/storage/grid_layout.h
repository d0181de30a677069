/// \file
/// The layout of what greenhalo validate writes.
#pragma once

#include <vector>

#include "greenhalo/storage/result_layout.h"

namespace greenhalo::storage {

std::vector<LayoutItem> describe_grid();

}  // namespace greenhalo::storage
