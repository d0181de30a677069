#include "greenhalo/ensemble/tails.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

namespace greenhalo {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

}  // namespace

std::size_t tail_size(std::size_t sample_size, double fraction) {
    // a thousandth of 10000 are 10 and not 9, whatever the rounding
    const auto size = static_cast<std::size_t>(static_cast<double>(sample_size) * fraction * (1.0 + 1e-12));
    return size < least_tail ? 0 : size;
}

double hill_index(std::vector<double> values, double fraction) {
    const std::size_t k = tail_size(values.size(), fraction);
    if (k == 0 || k >= values.size()) return nan;
    for (const double v : values) {
        if (!std::isfinite(v)) return nan;
    }
    const auto threshold = values.begin() + static_cast<std::ptrdiff_t>(k);
    std::nth_element(values.begin(), threshold, values.end(), std::greater<>());
    if (!(*threshold > 0.0)) return nan;
    // in order, so that the sum does not depend on how the others were partitioned
    std::sort(values.begin(), threshold);
    double sum = 0.0;
    for (auto v = values.begin(); v != threshold; ++v) sum += std::log(*v / *threshold);
    return sum > 0.0 ? static_cast<double>(k) / sum : nan;
}

}  // namespace greenhalo
