/// \file
/// Arrays that start on a cache line.
#pragma once

#include <boost/align/aligned_allocator.hpp>
#include <vector>

namespace greenhalo {

/// Numbers that begin at a multiple of 64 bytes, a cache line and the widest vector register.
using AlignedVector = std::vector<double, boost::alignment::aligned_allocator<double, 64>>;

}  // namespace greenhalo
