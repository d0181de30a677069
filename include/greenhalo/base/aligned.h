/// \file
/// Arrays that start on a cache line.
#pragma once

#include <boost/align/aligned_allocator.hpp>
#include <vector>

namespace greenhalo {

using AlignedVector = std::vector<double, boost::alignment::aligned_allocator<double, 64>>;

}  // namespace greenhalo
