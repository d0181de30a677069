#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "greenhalo/ensemble/tails.h"

namespace greenhalo {

namespace {

/// Ranks less their mean, scaled to a sum of squares of 1; NaN for a constant.
std::vector<double> standard_ranks(const std::vector<double>& values) {
    std::vector<std::size_t> order(values.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(),
              [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
    std::vector<double> ranks(values.size());
    for (std::size_t first = 0; first < order.size();) {
        std::size_t last = first;
        while (last + 1 < order.size() && values[order[last + 1]] == values[order[first]]) ++last;
        const double mean = 0.5 * static_cast<double>(first + last);
        for (; first <= last; ++first) ranks[order[first]] = mean;
    }
    const double middle = 0.5 * (static_cast<double>(values.size()) - 1.0);
    double squares = 0.0;
    for (double& rank : ranks) {
        rank -= middle;
        squares += rank * rank;
    }
    const double norm = squares > 0.0 ? std::sqrt(squares) : std::numeric_limits<double>::quiet_NaN();
    for (double& rank : ranks) rank /= norm;
    return ranks;
}

double product(const std::vector<double>& a, const std::vector<double>& b) {
    if (a.size() < 3) return std::numeric_limits<double>::quiet_NaN();
    return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

bool holds_nan(const std::vector<double>& values) {
    return std::any_of(values.begin(), values.end(), [](double v) { return std::isnan(v); });
}

/// The correlation over the rows in which both are defined.
double pairwise(const std::vector<double>& a, const std::vector<double>& b) {
    std::vector<double> left, right;
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (std::isnan(a[i]) || std::isnan(b[i])) continue;
        left.push_back(a[i]);
        right.push_back(b[i]);
    }
    return product(standard_ranks(left), standard_ranks(right));
}

}  // namespace

std::vector<double> rank_correlation(const std::vector<std::vector<double>>& columns) {
    const std::size_t n = columns.size();
    std::vector<std::vector<double>> ranks(n);  // empty where some rows have to be left out
    for (std::size_t i = 0; i < n; ++i) {
        if (!holds_nan(columns[i])) ranks[i] = standard_ranks(columns[i]);
    }
    std::vector<double> correlation(n * n);
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t k = i; k < n; ++k) {
            const bool whole = !ranks[i].empty() && !ranks[k].empty();
            const double r = whole ? product(ranks[i], ranks[k]) : pairwise(columns[i], columns[k]);
            correlation[i * n + k] = correlation[k * n + i] = std::clamp(r, -1.0, 1.0);
        }
    }
    return correlation;
}

}  // namespace greenhalo
