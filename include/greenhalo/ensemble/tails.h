/// \file
/// How heavy the tails of a sample are, and how its columns go together.
#pragma once

#include <cstddef>
#include <vector>

namespace greenhalo {

/// Shares of the realizations that make up the tails.
inline constexpr double tail_fractions[] = {1e-2, 1e-3};
inline constexpr std::size_t tail_count = 2;  ///< length of tail_fractions
/// A tail of fewer values tells nothing: the index of ten is good to a third.
inline constexpr std::size_t least_tail = 10;

/// Number of values in the tail of a sample; 0 where they are too few.
std::size_t tail_size(std::size_t sample_size, double fraction);

/// Hill's estimate of the index alpha of a tail P(X > x) ~ x^-alpha from the largest `fraction` of the
/// values, k of them: k over the sum of ln(X/x0), x0 the largest value outside. Its relative error is about
/// 1/sqrt(k). NaN where the tail holds less than least_tail values or is not positive and finite.
double hill_index(std::vector<double> values, double fraction);

/// Spearman's correlation of columns of equal length, [n, n]: Pearson's of the ranks, equal values sharing
/// their mean rank; it does not feel heavy tails. Rows in which one of the two is NaN are left out; NaN for
/// less than three rows or a constant column.
std::vector<double> rank_correlation(const std::vector<std::vector<double>>& columns);

}  // namespace greenhalo
