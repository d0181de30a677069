#include "greenhalo/ensemble/quantiles.h"

#include <algorithm>
#include <boost/math/special_functions/beta.hpp>
#include <cmath>
#include <limits>

namespace greenhalo {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// Index of the value that the k-th smallest (from 1) of a resample reaches with at least this probability.
std::size_t resampled(std::size_t size, std::size_t k, double probability) {
    const auto m = static_cast<double>(size), order = static_cast<double>(k);
    const double share = boost::math::ibeta_inv(order, m - order + 1.0, probability);
    // the smallest j with I_{j/M} >= probability, counted from 0; j/M hit by chance must not depend on
    // rounding
    const auto j = static_cast<std::size_t>(std::max(1.0, std::ceil(share * m - 1e-9)));
    return std::min(j, size) - 1;
}

}  // namespace

double quantile(const std::vector<double>& sorted, double level) {
    if (sorted.empty()) return nan;
    const double at = level * static_cast<double>(sorted.size() - 1);
    const auto low = static_cast<std::size_t>(at);
    if (low + 1 >= sorted.size()) return sorted.back();
    const double fraction = at - static_cast<double>(low);
    return fraction == 0.0 ? sorted[low] : sorted[low] + fraction * (sorted[low + 1] - sorted[low]);
}

QuantileIntervals::QuantileIntervals(std::size_t sample_size) {
    if (sample_size < 2) return;
    for (std::size_t l = 0; l < quantile_count; ++l) {
        const double at = quantile_levels[l] * static_cast<double>(sample_size - 1);
        const auto k = static_cast<std::size_t>(at) + 1;  // never the largest
        const double fraction = at - static_cast<double>(k - 1);
        low_[l] = {resampled(sample_size, k, 0.16), resampled(sample_size, k + 1, 0.16), fraction};
        high_[l] = {resampled(sample_size, k, 0.84), resampled(sample_size, k + 1, 0.84), fraction};
    }
}

double QuantileIntervals::Position::in(const std::vector<double>& sorted) const {
    const double a = sorted[first], b = sorted[second];
    return fraction == 0.0 || a == b ? a : a + fraction * (b - a);
}

double QuantileIntervals::low(const std::vector<double>& sorted, std::size_t level) const {
    return sorted.size() < 2 ? nan : low_[level].in(sorted);
}

double QuantileIntervals::high(const std::vector<double>& sorted, std::size_t level) const {
    return sorted.size() < 2 ? nan : high_[level].in(sorted);
}

}  // namespace greenhalo
