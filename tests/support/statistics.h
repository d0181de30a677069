/// \file
/// Probabilities of test statistics. Seeds are fixed, so a test either always passes or always fails.
#pragma once

#include <algorithm>
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/poisson.hpp>
#include <cmath>
#include <cstdint>
#include <vector>

namespace greenhalo::test {

/// Probability of a Kolmogorov-Smirnov distance at least as large as that of `samples` from the law `cdf`.
template <class Cdf>
double kolmogorov_smirnov(std::vector<double> samples, Cdf cdf) {
    std::sort(samples.begin(), samples.end());
    const auto n = static_cast<double>(samples.size());
    double distance = 0.0;
    for (std::size_t i = 0; i < samples.size(); ++i) {
        const double f = cdf(samples[i]), below = static_cast<double>(i) / n;
        distance = std::max({distance, f - below, below + 1.0 / n - f});
    }
    const double x = (std::sqrt(n) + 0.12 + 0.11 / std::sqrt(n)) * distance;
    if (x < 0.2) return 1.0;
    double p = 0.0;
    for (int k = 1; k <= 50; ++k) p += (k % 2 == 1 ? 2.0 : -2.0) * std::exp(-2.0 * k * k * x * x);
    return std::clamp(p, 0.0, 1.0);
}

/// Probability of a chi-square at least as large, for observed and expected counts of the same total.
inline double chi_square(const std::vector<double>& observed, const std::vector<double>& expected) {
    double sum = 0.0;
    for (std::size_t i = 0; i < observed.size(); ++i) {
        sum += (observed[i] - expected[i]) * (observed[i] - expected[i]) / expected[i];
    }
    return boost::math::cdf(
        boost::math::complement(boost::math::chi_squared(static_cast<double>(observed.size() - 1)), sum));
}

/// Chi-square probability of Poisson counts, in bins of about one `bins`-th of the law each (fewer where the
/// law is narrow).
inline double poisson_chi_square(const std::vector<std::int64_t>& counts, double mean, int bins = 20) {
    const boost::math::poisson law(mean);
    const auto cdf = [&](double k) { return k < 0.0 ? 0.0 : boost::math::cdf(law, k); };
    // bin i holds the counts above edges[i-1] up to edges[i]
    std::vector<double> edges;
    double covered = 0.0;
    const double reach = 8.0 * std::sqrt(mean) + 20.0;
    double k = std::max(0.0, std::floor(mean - reach));
    const double last = std::ceil(mean + reach), least = 1.0 / bins;
    const auto total = static_cast<double>(counts.size());
    for (; k <= last; ++k) {
        const double f = cdf(k);
        if (f - covered >= least && (1.0 - f) * total >= 20.0) {
            edges.push_back(k);
            covered = f;
        }
    }
    std::vector<double> observed(edges.size() + 1, 0.0), expected(edges.size() + 1);
    for (const std::int64_t count : counts) {
        const auto at = std::lower_bound(edges.begin(), edges.end(), static_cast<double>(count));
        observed[static_cast<std::size_t>(at - edges.begin())] += 1.0;
    }
    double below = 0.0;
    for (std::size_t i = 0; i < edges.size(); ++i) {
        const double f = cdf(edges[i]);
        expected[i] = total * (f - below);
        below = f;
    }
    expected.back() = total * (1.0 - below);
    return chi_square(observed, expected);
}

}  // namespace greenhalo::test
